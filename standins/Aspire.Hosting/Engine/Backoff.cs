namespace Aspire.Hosting.Engine;

/// <summary>How long to wait before the next start: twice as long each time, from the beginning again after the process has run for a while.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(20);

    private DateTime started;
    private int inARow;

    public int Attempts { get; private set; }

    public bool WasReady { get; private set; }

    public void Started()
    {
        started = DateTime.UtcNow;
        Attempts++;
    }

    public void Ended(bool wasReady)
    {
        WasReady |= wasReady;
        inARow = DateTime.UtcNow - started > Steady ? 0 : inARow;
    }

    public TimeSpan Next() => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(inARow++, 10)));
}
