namespace Gaia.Messaging;

/// <summary>
/// Milliseconds, for everything that ages in memory. The system's clock is read by <see cref="Environment.TickCount64"/>, at a quarter of the price
/// of a timestamp: a hit in a cache pays for it every time.
/// </summary>
public sealed class Clock(TimeProvider time)
{
    private readonly bool system = time == TimeProvider.System;

    /// <summary>What it reads.</summary>
    public TimeProvider Time => time;

    /// <summary>Never goes back.</summary>
    public long Now => system ? Environment.TickCount64 : (long)time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Since 1970.</summary>
    public long UtcNow => time.GetUtcNow().ToUnixTimeMilliseconds();
}
