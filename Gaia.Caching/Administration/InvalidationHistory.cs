using Gaia.Caching.Log;
using NATS.Client.JetStream;

namespace Gaia.Caching.Administration;

/// <summary>The invalidation log, as an administrator reads it.</summary>
public sealed class InvalidationHistory
{
    private const int NotFound = 404;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly JetStreamLog log;

    internal InvalidationHistory(JetStreamLog log) => this.log = log;

    /// <summary>The last invalidations, or the last before a place that a page named.</summary>
    /// <param name="limit">At most so many; fewer where other environments share the stream.</param>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public async Task<InvalidationPage> ReadAsync(long? before, int limit, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var state = (await log.LookAsync(deadline.Token)).State;
            var (first, end) = ((long)state.FirstSeq, Math.Min((long)state.LastSeq + 1, before ?? long.MaxValue));
            var start = Math.Max(first, end - limit);
            if (state.Messages is 0 || start >= end)
            {
                return new([], null);
            }

            var entries = await log.ReadAsync(start, end, deadline.Token);
            return new([.. entries.Reverse().Select(Logged)], start > first ? start : null);
        }
        catch (NatsJSApiException error) when (error.Error.Code is NotFound)
        {
            return new([], null);
        }
        catch (Exception error) when (JetStreamLog.IsUnavailable(error) && !ct.IsCancellationRequested)
        {
            throw new IOException("The invalidation log does not answer.", error);
        }
    }

    private static LoggedInvalidation Logged(LogEntry entry) =>
        new(entry.Sequence, entry.At, entry.Invalidation.Key, entry.Invalidation.Pattern, entry.Invalidation.Version);
}

/// <param name="Entries">Newest first.</param>
/// <param name="Before">Where earlier ones begin; null when these are the earliest.</param>
public sealed record InvalidationPage(IReadOnlyList<LoggedInvalidation> Entries, long? Before);

/// <param name="Sequence">Its place in the log, which other environments may share.</param>
/// <param name="At">When the log took it.</param>
/// <param name="Key">Null for a flush.</param>
/// <param name="Pattern">What was flushed; null for a single key.</param>
/// <param name="Version">From this version on values are accepted; null for a value that is only forgotten.</param>
public sealed record LoggedInvalidation(long Sequence, DateTimeOffset At, string? Key, string? Pattern, long? Version);
