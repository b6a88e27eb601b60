using System.Data.Common;
using Gaia.Asset.Blobs;
using Gaia.Asset.Errors;
using Gaia.Asset.Files;
using Gaia.Asset.Images;
using Gaia.Asset.MediaTypes;
using Gaia.Asset.Quotas;
using Gaia.Asset.Staging;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Generations;

/// <summary>One piece of work. It may run several times, also at once on two replicas; one of them finishes it.</summary>
internal sealed partial class GenerationJob(
    AssetDb db,
    IPictureSource source,
    StagingArea staging,
    BlobService blobs,
    StorageQuota quota,
    PictureCheck pictures,
    ReceivedPictures received,
    GenerationEvents events,
    IOptions<GenerationOptions> options,
    IOptions<StorageOptions> storage,
    TimeProvider time,
    ILogger<GenerationJob> logger)
{
    private const int NameLength = 60;

    /// <returns>False when it is worth another try.</returns>
    public async Task<bool> RunAsync(Guid id, CancellationToken ct)
    {
        var generation = await db.Generations.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, ct);
        if (generation is null or { FinishedAt: not null })
        {
            // A worker that died between the end of the work and its event did not tell of it.
            return generation is null || await events.PublishFinishedAsync(generation, ct);
        }

        if (generation.Attempts >= options.Value.MaxAttempts)
        {
            return await FailAsync(generation, StatusCodes.Status503ServiceUnavailable, null, "It failed too often", ct);
        }

        await Unfinished(id).ExecuteUpdateAsync(
            set => set.SetProperty(g => g.Status, GenerationStatus.Running).SetProperty(g => g.Attempts, g => g.Attempts + 1), ct);
        await events.PublishStartedAsync(generation, ct);
        try
        {
            return await ProduceAsync(generation, ct);
        }
        catch (RefusedUploadException refused)
        {
            return await FailAsync(generation, refused.Status, refused.Code, refused.Message, ct);
        }
        catch (ContentTooLargeException)
        {
            return await FailAsync(
                generation, StatusCodes.Status413PayloadTooLarge, null, $"The picture has more than the {storage.Value.MaxBytes} bytes that a file may have", ct);
        }
        catch (Exception e) when (e is CostsUncountedException or IOException)
        {
            // Chat, the store or the disk: the work waits for them, however long that takes, and nothing is paid for meanwhile.
            await Unfinished(id).ExecuteUpdateAsync(set => set.SetProperty(g => g.Attempts, g => g.Attempts - 1), ct);
            LogTryAgain(id, e.Message);
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or DbException or TimeoutException)
        {
            LogTryAgain(id, e.Message);
            return false;
        }
    }

    private async Task<bool> ProduceAsync(Generation generation, CancellationToken ct)
    {
        if (await quota.GetRemainingAsync(generation.OwnerId, ct) <= 0)
        {
            throw QuotaExceeded();
        }

        await using var bytes = await source.CreateAsync(generation, ct);
        using var content = await staging.ReceiveAsync(bytes, storage.Value.MaxBytes, ct);
        var type = MediaTypeCheck.Settle(null, content.Head.Span);
        if (!PictureCheck.CanDecode(type))
        {
            throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, $"The model answered by {type}");
        }

        pictures.Check(type, content.Path);
        await blobs.KeepAsync(content, (blob, token) => FinishAsync(generation, blob, type, content.Size, token), ct);
        return await events.PublishFinishedAsync(await db.Generations.AsNoTracking().SingleAsync(g => g.Id == generation.Id, ct), ct);
    }

    /// <summary>The asset and the end of the work, in one transaction.</summary>
    /// <returns>False when another worker was faster.</returns>
    private async Task<bool> FinishAsync(Generation generation, Guid blob, string type, long size, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await Unfinished(generation.Id).ExecuteUpdateAsync(
            set => set.SetProperty(g => g.Status, GenerationStatus.Complete).SetProperty(g => g.FinishedAt, now), ct) == 0)
        {
            return false;
        }

        db.Add(new StoredFile
        {
            Id = generation.Id,
            OwnerId = generation.OwnerId,
            Name = FileName.Clean($"{generation.Description[..Math.Min(NameLength, generation.Description.Length)]}.{type["image/".Length..]}"),
            ContentType = type,
            BlobId = blob,
            CreatedAt = now,
        });
        db.Record(new AssetGenerated(generation.Id, generation.OwnerId, type, size));
        await received.ForgetAsync(generation.Id, ct);
        return await quota.TakeAsync(generation.OwnerId, size, ct) ? true : throw QuotaExceeded();
    }

    private async Task<bool> FailAsync(Generation generation, int status, string? code, string reason, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await Unfinished(generation.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(g => g.Status, GenerationStatus.Failed).SetProperty(g => g.Reason, reason)
                        .SetProperty(g => g.FailureStatus, status).SetProperty(g => g.FailureCode, code).SetProperty(g => g.FinishedAt, now),
                    token);
                await received.ForgetAsync(generation.Id, token);
                return true;
            },
            ct);
        return await events.PublishFinishedAsync(await db.Generations.AsNoTracking().SingleAsync(g => g.Id == generation.Id, ct), ct);
    }

    private static RefusedUploadException QuotaExceeded() => new(StatusCodes.Status413PayloadTooLarge, "The storage quota is used up");

    private IQueryable<Generation> Unfinished(Guid id) => db.Generations.Where(g => g.Id == id && g.FinishedAt == null);

    [LoggerMessage(LogLevel.Warning, "Generation {Id} is tried again: {Reason}")]
    private partial void LogTryAgain(Guid id, string reason);
}
