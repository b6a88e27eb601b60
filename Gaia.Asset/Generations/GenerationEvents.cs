using System.Text.Json;
using NATS.Client.Core;

namespace Gaia.Asset.Generations;

/// <summary>Tells on NATS what becomes of a generation: at least once for its end, as long as NATS is there.</summary>
internal sealed class GenerationEvents(INatsConnection nats, TimeProvider time)
{
    private const string StartSubject = "gaia.asset.generation.start";
    private const string CompleteSubject = "gaia.asset.generation.complete";
    private const string FailedSubject = "gaia.asset.generation.failed";
    private const int Version = 1;

    public Task PublishStartedAsync(Generation generation, CancellationToken ct) =>
        PublishAsync(StartSubject, new GenerationStarted(Version, generation.Id, generation.OwnerId, time.GetUtcNow()), ct);

    /// <returns>True: the caller has nothing left to do.</returns>
    public async Task<bool> PublishFinishedAsync(Generation generation, CancellationToken ct)
    {
        if (generation.Status == GenerationStatus.Complete)
        {
            await PublishAsync(CompleteSubject, new GenerationCompleted(Version, generation.Id, generation.OwnerId, time.GetUtcNow()), ct);
        }
        else
        {
            await PublishAsync(FailedSubject, new GenerationFailed(Version, generation.Id, generation.OwnerId, time.GetUtcNow(), generation.Reason ?? ""), ct);
        }

        return true;
    }

    // The client adds the trace context to the headers.
    private async Task PublishAsync<T>(string subject, T happened, CancellationToken ct) =>
        await nats.PublishAsync(subject, JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Options), cancellationToken: ct);
}

internal sealed record GenerationStarted(int Version, Guid AssetId, Guid UserId, DateTimeOffset At);

internal sealed record GenerationCompleted(int Version, Guid AssetId, Guid UserId, DateTimeOffset At);

internal sealed record GenerationFailed(int Version, Guid AssetId, Guid UserId, DateTimeOffset At, string Reason);
