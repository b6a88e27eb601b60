using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>
/// Makes a POST that is sent again under the same <c>Idempotency-Key</c> happen once: the repetition gets the first answer. Only what succeeded is
/// kept; a request that failed may be tried again. Source: IETF draft "The Idempotency-Key HTTP Header Field".
/// </summary>
/// <typeparam name="TRequest">The request's body.</typeparam>
internal sealed class IdempotencyFilter<TRequest>(IdempotencyStore store, Func<TRequest, bool>? applies = null) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var request = context.Arguments.OfType<TRequest>().Single();
        if (IdempotencyKey.Of(http) is not { } key || applies?.Invoke(request) is false)
        {
            return await next(context);
        }

        if (key.Refusal is not null)
        {
            return key.Refusal;
        }

        var hash = IdempotencyKey.Hash(JsonSerializer.Serialize(request));
        var (before, isMine) = await store.Claim(key.Name);
        if (before is not null)
        {
            return before.Repeat(hash);
        }

        if (!isMine)
        {
            return IdempotencyKey.InFlight;
        }

        StoredResponse? response = null;
        try
        {
            response = await Capture(await next(context), hash, http);
            return Results.Empty;
        }
        finally
        {
            await store.Release(key.Name, response);
        }
    }

    /// <summary>Sends a result, and keeps what was sent when it is a success.</summary>
    private static async Task<StoredResponse?> Capture(object? result, string hash, HttpContext http)
    {
        var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var copy = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(copy, original));
        try
        {
            await ((IResult)result!).ExecuteAsync(http);
        }
        finally
        {
            http.Features.Set(original);
        }

        var (sent, body) = (http.Response, copy.ToArray());
        var isSuccess = sent.StatusCode is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices;
        if (!http.RequestAborted.IsCancellationRequested)
        {
            await sent.Body.WriteAsync(body, http.RequestAborted);
        }

        return isSuccess ? new(hash, sent.StatusCode, sent.ContentType, sent.Headers.Location, sent.Headers.ETag, body) : null;
    }
}
