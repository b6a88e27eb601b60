using System.Text.Json;
using Gaia.Asset.Files;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

/// <summary>
/// Makes an upload that is sent again under the same <c>Idempotency-Key</c> happen once. The filter of other routes compares bodies before it acts; these are
/// still on the wire, so what tells one request from another is the content's hash, after it has come.
/// </summary>
internal sealed class RepeatedUpload(IdempotencyStore store, IOptions<JsonOptions> json)
{
    /// <param name="key">Of the request.</param>
    /// <param name="upload">Receives the file and makes it an asset.</param>
    /// <param name="fingerprint">Receives the file and keeps nothing; the hash of its content.</param>
    public async Task<IResult> Answer(IdempotencyKey key, Func<Task<FileView>> upload, Func<Task<string>> fingerprint)
    {
        if (key.Refusal is not null)
        {
            return key.Refusal;
        }

        var (before, isMine) = await store.Claim(key.Name);
        if (before is not null)
        {
            return before.Repeat(await fingerprint());
        }

        if (!isMine)
        {
            return IdempotencyKey.InFlight;
        }

        StoredResponse? answered = null;
        try
        {
            var file = await upload();
            var body = JsonSerializer.SerializeToUtf8Bytes(file, json.Value.SerializerOptions);
            answered = new(file.Sha256, StatusCodes.Status201Created, "application/json; charset=utf-8", FileRoutes.Of(file.Id), null, body);
            return TypedResults.Created(FileRoutes.Of(file.Id), file);
        }
        finally
        {
            await store.Release(key.Name, answered);
        }
    }
}
