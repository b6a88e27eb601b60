using System.Text.Json;
using Gaia.Asset.Errors;
using Gaia.Asset.Files;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

/// <summary>
/// Processes uploads with the same <c>Idempotency-Key</c> once. The filter of other routes compares bodies before it runs the handler; an upload's body has not
/// arrived by then, so requests are compared by the hash of the content after it has.
/// </summary>
internal sealed class IdempotentUpload(AssetDb db, IdempotencyStore store, IOptions<JsonOptions> json)
{
    /// <param name="key">The request's key.</param>
    /// <param name="upload">Receives the file and makes it an asset; calls its argument in the transaction that does.</param>
    /// <param name="fingerprint">Receives the file, keeps nothing, and returns the hash of its content.</param>
    /// <param name="ct">Cancels the upload.</param>
    public async Task<IResult> HandleAsync(
        IdempotencyKey key, Func<Func<FileView, CancellationToken, Task>, Task<FileView>> upload, Func<Task<string>> fingerprint, CancellationToken ct)
    {
        if (key.Refusal is not null)
        {
            return key.Refusal;
        }

        await using var lease = await store.ClaimAsync(key, ct);
        if (!lease.IsClaimed)
        {
            return lease.Response is { } before ? before.Repeat(await fingerprint()) : IdempotencyKey.InFlight;
        }

        var file = await upload(Record);
        lease.Commit();
        return TypedResults.Created(FileRoutes.Of(file.Id), file);

        async Task Record(FileView made, CancellationToken token)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(made, json.Value.SerializerOptions);
            var response = new StoredResponse(made.Sha256, StatusCodes.Status201Created, "application/json; charset=utf-8", FileRoutes.Of(made.Id), null, body);
            if (!await lease.CompleteAsync(db, response, token))
            {
                throw new RefusedUploadException(StatusCodes.Status409Conflict, IdempotencyKey.InFlight.ProblemDetails.Detail!);
            }
        }
    }
}
