using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Generations;
using Gaia.Asset.Links;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.OpenAIProtocol;

/// <summary>Answers with the images of generations as soon as they are finished, whichever replica makes them.</summary>
internal sealed class ImagesReader(AssetDb db, IBlobStore store, AssetLinks links, IOptions<GenerationOptions> options, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(1);

    /// <summary>Less than the gateway waits for an answer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(9);

    public async Task<IResult> ReadAsync(Guid[] ids, Guid owner, bool isLinked, HttpResponse response, CancellationToken ct)
    {
        var until = time.GetUtcNow() + Deadline;
        using var timer = new PeriodicTimer(PollInterval, time);
        while (await db.Generations.AnyAsync(g => ids.Contains(g.Id) && g.FinishedAt == null, ct))
        {
            if (time.GetUtcNow() > until)
            {
                return TypedResults.Problem("The images are not finished yet; they will be among the caller's assets.", statusCode: StatusCodes.Status504GatewayTimeout);
            }

            await timer.WaitForNextTickAsync(ct);
        }

        var generations = await db.Generations.AsNoTracking().Where(g => ids.Contains(g.Id)).OrderBy(g => g.Id).ToListAsync(ct);
        if (generations.Find(g => g.Status is GenerationStatus.Failed) is { } failed)
        {
            return TypedResults.Problem(
                failed.Reason,
                statusCode: failed.FailureStatus ?? StatusCodes.Status503ServiceUnavailable,
                extensions: failed.FailureCode is null ? null : new Dictionary<string, object?> { ["code"] = failed.FailureCode });
        }

        // A link is a credential.
        response.Headers.CacheControl = "no-store";
        var data = new List<ImageData>();
        foreach (var id in generations.Select(g => g.Id))
        {
            if (await (isLinked ? LinkAsync(id, owner) : EmbedAsync(id, ct)) is not { } image)
            {
                return FileProblems.NotFound;
            }

            data.Add(image);
        }

        return TypedResults.Ok(new ImagesResponse(generations[0].CreatedAt.ToUnixTimeSeconds(), data));
    }

    private Task<ImageData?> LinkAsync(Guid id, Guid owner) => Task.FromResult<ImageData?>(
        new(id, Url: $"{options.Value.PublicUrl.ToString().TrimEnd('/')}{FileRoutes.ContentOf(id)}{links.Sign(id, owner, LinkMethod.GET, LinkLifetime)}"));

    /// <returns>Null when the asset has been deleted.</returns>
    private async Task<ImageData?> EmbedAsync(Guid id, CancellationToken ct)
    {
        var blob = await db.Files.AsNoTracking().Where(f => f.Id == id).Select(f => f.Blob).SingleOrDefaultAsync(ct);
        if (blob is null || await store.OpenAsync(blob, ct) is not { } content)
        {
            return null;
        }

        await using (content)
        {
            using var bytes = new MemoryStream((int)blob.Size);
            await content.CopyToAsync(bytes, ct);
            return new(id, Base64: Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length));
        }
    }
}
