using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Gaia.Chat.Idempotency;

/// <summary>
/// Makes a POST that is sent again under the same <c>Idempotency-Key</c> happen once: the repetition gets the first answer. Only what succeeded is
/// kept; a request that failed may be tried again. Source: IETF draft "The Idempotency-Key HTTP Header Field".
/// </summary>
/// <typeparam name="TRequest">The request's body.</typeparam>
internal sealed class IdempotencyFilter<TRequest>(IdempotencyStore store, Func<TRequest, bool>? applies = null) : IEndpointFilter
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 255;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var request = context.Arguments.OfType<TRequest>().Single();
        if (http.Request.Headers[Header] is not [{ Length: > 0 } given] || applies?.Invoke(request) is false)
        {
            return await next(context);
        }

        if (given.Length > Longest)
        {
            return TypedResults.Problem($"{Header} has at most {Longest} characters", statusCode: StatusCodes.Status400BadRequest);
        }

        var user = http.RequestServices.GetRequiredService<CurrentUser>().Id;
        var key = $"idempotency:{Hash($"{user}\n{http.Request.Path}\n{given}")}";
        var hash = Hash(JsonSerializer.Serialize(request));
        if (await store.Find(key, http.RequestAborted) is { } before)
        {
            return Repeat(before, hash);
        }

        if (!await store.Claim(key))
        {
            // It may have been answered between the two looks.
            return await store.Find(key, http.RequestAborted) is { } meanwhile
                ? Repeat(meanwhile, hash)
                : TypedResults.Problem($"A request with this {Header} is in flight", statusCode: StatusCodes.Status409Conflict);
        }

        StoredResponse? response = null;
        try
        {
            response = await Capture(await next(context), hash, http);
            return Results.Empty;
        }
        finally
        {
            await store.Release(key, response);
        }
    }

    private static IResult Repeat(StoredResponse response, string hash) => response.RequestHash == hash
        ? new Repetition(response)
        : TypedResults.Problem($"This {Header} was used for another request", statusCode: StatusCodes.Status422UnprocessableEntity);

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

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Repetition(StoredResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => response.WriteTo(httpContext.Response, httpContext.RequestAborted);
    }
}

internal static class Idempotency
{
    /// <param name="applies">Which requests can be repeated; all unless told.</param>
    public static RouteHandlerBuilder WithIdempotency<TRequest>(this RouteHandlerBuilder endpoint, Func<TRequest, bool>? applies = null) =>
        endpoint.AddEndpointFilterFactory((_, next) =>
        {
            IdempotencyFilter<TRequest>? filter = null;
            return context =>
            {
                filter ??= new(context.HttpContext.RequestServices.GetRequiredService<IdempotencyStore>(), applies);
                return filter.InvokeAsync(context, next);
            };
        });
}
