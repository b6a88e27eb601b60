using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching;

/// <summary>What a caller asks for: the region's rules, or HybridCache's options where they say otherwise.</summary>
internal sealed class Ask
{
    private readonly HybridCacheEntryFlags flags;

    public Ask(Region region, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, bool mayBeStale = false)
    {
        Region = region;
        Ttl = Positive(options?.Expiration) ?? region.Ttl;
        LocalTtl = Positive(options?.LocalCacheExpiration) ?? region.LocalTtl ?? Ttl;
        flags = options?.Flags ?? HybridCacheEntryFlags.None;
        Tags = tags?.ToArray() is { Length: > 0 } given ? given : null;
        MayBeStale = mayBeStale && region.FailSafe > TimeSpan.Zero;
        foreach (var tag in Tags ?? [])
        {
            CacheKey.Checked(tag);
        }
    }

    public Region Region { get; }

    public TimeSpan Ttl { get; }

    public TimeSpan LocalTtl { get; }

    public string[]? Tags { get; }

    /// <summary>Whether the caller can be told that a value is stale. HybridCache's own methods cannot.</summary>
    public bool MayBeStale { get; }

    public bool ReadsMemory => (flags & HybridCacheEntryFlags.DisableLocalCacheRead) is 0;

    public bool WritesMemory => (flags & HybridCacheEntryFlags.DisableLocalCacheWrite) is 0;

    public bool ReadsStore => (flags & HybridCacheEntryFlags.DisableDistributedCacheRead) is 0;

    public bool WritesStore => (flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) is 0;

    public bool Loads => (flags & HybridCacheEntryFlags.DisableUnderlyingData) is 0;

    /// <summary>Only callers who want the same may share a flight.</summary>
    public bool MayShare => (flags & ~HybridCacheEntryFlags.DisableCompression) is 0;

    private static TimeSpan? Positive(TimeSpan? life) => life is { } given && given <= TimeSpan.Zero
        ? throw new ArgumentOutOfRangeException(nameof(life), life, "A cache entry's life must be positive.")
        : life;
}
