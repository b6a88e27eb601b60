namespace Gaia.Hosting;

internal enum LinkState
{
    Open,
    Silent,
    Resetting,
    Refusing,
}

/// <summary>What the link behind a <see cref="FaultProxy"/> does to traffic, until another condition replaces it.</summary>
internal sealed class LinkCondition(LinkState state, TimeSpan latency = default, long? bytesPerSecond = null)
{
    /// <summary>Timers go by a clock of 4 ms. A thread that sleeps is exact to a tenth of a millisecond, and worth it only for less.</summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(4);

    private readonly TaskCompletionSource replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkState State => state;

    public TimeSpan Latency => latency;

    public long? BytesPerSecond => bytesPerSecond;

    public void Replace() => replaced.TrySetResult();

    public Task WaitForReplacementAsync(CancellationToken ct) => replaced.Task.WaitAsync(ct);

    /// <summary>Waits for the time given, or less when the condition is replaced meanwhile.</summary>
    public async Task HoldAsync(TimeSpan time, CancellationToken ct)
    {
        if (time > TimeSpan.Zero && time < TimerStep)
        {
            await Task.Factory.StartNew(() => Thread.Sleep((int)Math.Round(time.TotalMilliseconds)), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else if (time > TimeSpan.Zero)
        {
            await replaced.Task.WaitAsync(time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ct.ThrowIfCancellationRequested();
    }
}
