namespace Gaia.Caching.Engine;

/// <summary>
/// Milliseconds, for everything that ages in memory. The system's clock is read by <see cref="Environment.TickCount64"/>, at a quarter of the price
/// of a timestamp: a hit pays for it every time.
/// </summary>
internal sealed class Clock(TimeProvider time)
{
    private readonly bool system = time == TimeProvider.System;

    public TimeProvider Time => time;

    public long Now => system ? Environment.TickCount64 : (long)time.GetElapsedTime(0).TotalMilliseconds;

    public long UtcNow => time.GetUtcNow().ToUnixTimeMilliseconds();
}
