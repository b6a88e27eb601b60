namespace Gaia.Caching.Store;

internal enum StoreAnswer
{
    Miss,
    Hit,
    Tombstone,

    /// <summary>Redis cannot be asked, or did not answer in time.</summary>
    Unavailable,
}

/// <summary>What Redis said to a read.</summary>
internal readonly record struct StoreRead(StoreAnswer Answer, Envelope Envelope = default);

/// <summary>What Redis said to a write.</summary>
/// <param name="Version">The version that Redis has afterwards; null when Redis is unavailable or the write came too late.</param>
/// <param name="Stored">Whether it is the one written.</param>
internal readonly record struct StoreWrite(long? Version, bool Stored);
