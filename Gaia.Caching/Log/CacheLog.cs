namespace Gaia.Caching;

/// <summary>The invalidation log as this node hears it. For services that pass on writes to others and answer reads themselves.</summary>
public sealed class CacheLog
{
    private readonly JetStreamLog log;
    private readonly LogPosition position;

    internal CacheLog(JetStreamLog log, LogPosition position) => (this.log, this.position) = (log, position);

    /// <summary>
    /// Waits until this node has applied all changes that were announced before the call. A write is announced before it is answered, so whoever waits
    /// between a write's answer and the next read reads the write.
    /// </summary>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False: the log was not heard in time, and the staleness bound is all that holds.</returns>
    public async Task<bool> CatchUpAsync(TimeSpan patience, CancellationToken ct = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);
        try
        {
            var stream = await log.LookAsync(deadline.Token);
            await position.ReachAsync((long)stream.State.LastSeq, deadline.Token);
            return true;
        }
        catch (Exception error) when (JetStreamLog.IsAway(error) && !ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
