using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>What a request was answered, to be said again when it is repeated.</summary>
/// <param name="RequestHash">Of the body that the answer belongs to.</param>
/// <param name="Location">The header of that name, when there was one.</param>
public sealed record StoredResponse(string RequestHash, int Status, string? ContentType, string? Location, string? ETag, byte[] Body)
{
    /// <summary>The same answer again, for the same request; for another one a refusal.</summary>
    public IResult Repeat(string requestHash) => requestHash == RequestHash ? new Repetition(this) : IdempotencyKey.UsedBefore;

    internal async Task WriteTo(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, ct);
    }

    private sealed class Repetition(StoredResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => response.WriteTo(httpContext.Response, httpContext.RequestAborted);
    }
}
