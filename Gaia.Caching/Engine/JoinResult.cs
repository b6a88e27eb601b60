namespace Gaia.Caching.Engine;

/// <summary>What a reader got: a value, or a load to wait for, which is theirs to start when it is new.</summary>
/// <param name="Fence">The fence when they asked.</param>
internal readonly record struct JoinResult<T>(CacheEntry<T>? Entry, LoadOperation<T>? LoadOperation, bool IsNew, long Fence);
