using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching.Reading;

/// <summary>What a caller asks for: the region's rules, or HybridCache's options where they say otherwise.</summary>
internal sealed class EntryOptions
{
    public EntryOptions(Region region, HybridCacheEntryOptions? options = null, bool mayBeStale = false)
    {
        Region = region;
        Ttl = Positive(options?.Expiration) ?? region.Ttl;
        LocalTtl = Positive(options?.LocalCacheExpiration) ?? region.LocalTtl ?? Ttl;

        // Nothing is compressed here.
        Flags = (options?.Flags ?? HybridCacheEntryFlags.None) & ~HybridCacheEntryFlags.DisableCompression;
        MayBeStale = mayBeStale && region.FailSafe > TimeSpan.Zero;
    }

    private EntryOptions(Region region, EntryOptions asked)
    {
        Region = region;
        Ttl = region.Ttl;
        LocalTtl = asked.LocalTtl == asked.Ttl ? Ttl : asked.LocalTtl < Ttl ? asked.LocalTtl : Ttl;
        (Flags, MayBeStale) = (asked.Flags, asked.MayBeStale);
    }

    public Region Region { get; }

    public HybridCacheEntryFlags Flags { get; }

    public TimeSpan Ttl { get; }

    public TimeSpan LocalTtl { get; }

    /// <summary>Whether the caller can be told that a value is stale. HybridCache's own methods cannot.</summary>
    public bool MayBeStale { get; }

    public bool ReadsMemory => (Flags & HybridCacheEntryFlags.DisableLocalCacheRead) is 0;

    public bool WritesMemory => (Flags & HybridCacheEntryFlags.DisableLocalCacheWrite) is 0;

    public bool ReadsStore => (Flags & HybridCacheEntryFlags.DisableDistributedCacheRead) is 0;

    public bool WritesStore => (Flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) is 0;

    public bool Loads => (Flags & HybridCacheEntryFlags.DisableUnderlyingData) is 0;

    /// <summary>The same for a region whose values live for another time; where the caller says how long, that holds.</summary>
    public EntryOptions With(TimeSpan ttl) => Ttl != Region.Ttl ? this : new(Region with { Ttl = ttl }, this);

    private static TimeSpan? Positive(TimeSpan? life) => life is { } given && given <= TimeSpan.Zero
        ? throw new ArgumentOutOfRangeException(nameof(life), life, "A cache entry's life must be positive.")
        : life;
}
