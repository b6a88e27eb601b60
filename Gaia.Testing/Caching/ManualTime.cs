namespace Gaia.Testing.Caching;

/// <summary>A clock that the test advances. Timers run on real time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref ticks) + TimeSpan.TicksPerDay;

    public override DateTimeOffset GetUtcNow() => start.AddTicks(Volatile.Read(ref ticks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
