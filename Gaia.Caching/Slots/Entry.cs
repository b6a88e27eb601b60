namespace Gaia.Caching;

/// <summary>A value in memory, immutable: whoever read the reference has a consistent picture without a lock.</summary>
internal abstract class Entry(long version, Life life, TagMarks? tags, int cost)
{
    public readonly long Version = version;

    public readonly Life Life = life;

    public readonly TagMarks? Tags = tags;

    public readonly int Cost = cost;

    /// <summary>Fresh, and not yet due for an eager refresh: nothing to do but answer.</summary>
    public bool IsHit(long now) => now < Life.RefreshAt && Tags is not { Outdated: true };

    public bool IsFresh(long now) => now < Life.FreshUntil && Tags is not { Outdated: true };

    /// <summary>May answer, marked as stale, when the source fails.</summary>
    public bool MayStandIn(long now) => now < Life.StandInUntil && Tags is not { Outdated: true };
}

internal sealed class Entry<T>(T value, long version, Life life, TagMarks? tags, int cost) : Entry(version, life, tags, cost)
{
    public readonly T Value = value;

    public Cached<T> Answer(bool stale = false) => new(Value, Version, stale);
}

/// <summary>The moments in an entry's life, on the <see cref="Clock"/>, in order of time.</summary>
/// <param name="ReadAt">When its source was asked: it was true then, whatever happened since.</param>
/// <param name="RefreshAt">From here on a read starts a refresh in the background.</param>
/// <param name="FreshUntil">From here on it must be loaded again.</param>
/// <param name="StandInUntil">From here on it may not even stand in for a source that fails.</param>
internal readonly record struct Life(long ReadAt, long RefreshAt, long FreshUntil, long StandInUntil);
