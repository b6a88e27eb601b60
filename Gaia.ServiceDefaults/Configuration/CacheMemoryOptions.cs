using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>What the cache of one node may take.</summary>
public sealed class CacheMemoryOptions
{
    public const string Section = "CacheMemory";

    /// <summary>The variable of <see cref="Bytes"/>.</summary>
    public const string Variable = "CACHE_MEMORY_BYTES";

    /// <summary><c>CACHE_MEMORY_BYTES</c>: of values in memory, with an estimate of what holds them</summary>
    [Range(1 << 20, 1L << 40)]
    public long Bytes { get; init; } = 64 << 20;
}
