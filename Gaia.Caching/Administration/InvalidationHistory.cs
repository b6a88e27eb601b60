using Gaia.Caching.Log;

namespace Gaia.Caching.Administration;

/// <summary>The invalidation log, as an administrator reads it.</summary>
public sealed class InvalidationHistory
{
    private readonly JetStreamLog log;

    internal InvalidationHistory(JetStreamLog log) => this.log = log;

    /// <summary>The last invalidations, or the last before a place that a page named.</summary>
    /// <param name="before">A place that a page named.</param>
    /// <param name="limit">At most so many; fewer where other environments share the stream.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public async Task<InvalidationPage> ReadAsync(ulong? before, int limit, CancellationToken ct)
    {
        var (entries, earlier) = await log.ReadPageAsync(before, limit, ct);
        return new([.. entries.Select(entry => new LoggedInvalidation(entry.Sequence, entry.At, entry.Invalidation.Key, entry.Invalidation.Pattern, entry.Invalidation.Version))], earlier);
    }
}

/// <param name="Entries">Newest first.</param>
/// <param name="Before">Where earlier ones begin; null when these are the earliest.</param>
public sealed record InvalidationPage(IReadOnlyList<LoggedInvalidation> Entries, ulong? Before);

/// <param name="Sequence">Its place in the log, which other environments may share.</param>
/// <param name="At">When the log took it.</param>
/// <param name="Key">Null for a flush.</param>
/// <param name="Pattern">What was flushed; null for a single key.</param>
/// <param name="Version">From this version on values are accepted; null for a value that is only forgotten.</param>
public sealed record LoggedInvalidation(long Sequence, DateTimeOffset At, string? Key, string? Pattern, long? Version);
