namespace Gaia.Caching.Administration;

/// <summary>Records that wait to be stored in NATS, for a day at most.</summary>
/// <param name="tryStore">False: NATS is unavailable.</param>
/// <param name="time">When a record is too old.</param>
internal sealed class PendingRecords<T>(Func<T, CancellationToken, Task<bool>> tryStore, TimeProvider time)
{
    private readonly Queue<(T Record, DateTimeOffset At)> pending = [];

    public int Count => pending.Count;

    public void Add(T record) => pending.Enqueue((record, time.GetUtcNow()));

    /// <summary>Stores what NATS takes now, oldest first.</summary>
    public async Task StoreAsync(CancellationToken ct)
    {
        while (pending.TryPeek(out var next) && (time.GetUtcNow() - next.At > MetricsStream.DuplicateWindow || await tryStore(next.Record, ct)))
        {
            pending.Dequeue();
        }
    }
}
