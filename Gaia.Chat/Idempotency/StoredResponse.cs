namespace Gaia.Chat.Idempotency;

/// <summary>What a request was answered, to be said again when it is repeated.</summary>
/// <param name="RequestHash">Of the body that the answer belongs to.</param>
/// <param name="Location">The header of that name, when there was one.</param>
internal sealed record StoredResponse(string RequestHash, int Status, string? ContentType, string? Location, string? ETag, byte[] Body)
{
    public async Task WriteTo(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, ct);
    }
}
