using System.Text.Json;
using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>A value in memory, immutable: whoever read the reference has a consistent picture without a lock.</summary>
internal abstract class CacheEntry(long version, EntryLifetime life, int cost)
{
    public readonly long Version = version;

    public readonly EntryLifetime Lifetime = life;

    public readonly int Cost = cost;

    public bool IsFresh(long now) => now < Lifetime.FreshUntil;

    /// <summary>May answer, marked as stale, when the source fails.</summary>
    public bool IsWithinFailSafe(long now) => now < Lifetime.FailSafeUntil;

    /// <summary>Whether the source said that there is none.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The moment after which the value itself must not answer; null: none.</summary>
    public abstract DateTimeOffset? ExpiryIn(Region region);

    /// <summary>The value as it stands in Redis.</summary>
    public abstract byte[] Write(JsonSerializerOptions json);
}

internal sealed class CacheEntry<T>(T value, long version, EntryLifetime life, int cost) : CacheEntry(version, life, cost)
{
    public readonly T Value = value;

    public override bool IsEmpty => Value is null;

    public override DateTimeOffset? ExpiryIn(Region region) => region.ExpiryOf(Value);

    public override byte[] Write(JsonSerializerOptions json) => JsonSerializer.SerializeToUtf8Bytes(Value, json);

    public Cached<T> Answer(bool stale = false) => new(Value, Version, stale);
}

/// <summary>The moments in an entry's life, on the <see cref="Clock"/>, in order of time.</summary>
/// <param name="ReadAt">When its source was asked: it was true then, whatever happened since.</param>
/// <param name="FreshUntil">From here on it must be loaded again.</param>
/// <param name="FailSafeUntil">From here on it may not even stand in for a source that fails.</param>
internal readonly record struct EntryLifetime(long ReadAt, long FreshUntil, long FailSafeUntil);
