using System.Text.Json;
using Gaia.Caching.Outbox;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>The response to a request, for the same request when it is repeated.</summary>
/// <param name="RequestHash">The hash of the request's body.</param>
/// <param name="Location">The header of that name; null without one.</param>
/// <param name="Changes">The cached keys that the request changed, a value of <see cref="ChangedKeys.OfCurrentRequest"/>.</param>
public sealed record StoredResponse(string RequestHash, int Status, string? ContentType, string? Location, string? ETag, byte[] Body, string? Changes = null)
{
    /// <summary>Returns the same response for the same request, and 422 for another one.</summary>
    public IResult Repeat(string requestHash) => requestHash == RequestHash ? new Result(this) : IdempotencyKey.UsedBefore;

    internal static StoredResponse? Parse(byte[] json) => JsonSerializer.Deserialize<StoredResponse>(json);

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    internal async Task WriteToAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        response.ContentLength = Body.Length;
        if (Changes is not null)
        {
            response.HttpContext.RequestServices.GetService<ChangedKeys>()?.Repeat(Changes);
        }

        await response.Body.WriteAsync(Body, ct);
    }

    private sealed class Result(StoredResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => response.WriteToAsync(httpContext.Response, httpContext.RequestAborted);
    }
}
