using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>What a node knew of a key at one moment.</summary>
/// <param name="Load">The load that the next caller would join.</param>
internal readonly record struct CacheKeyView(CacheEntry? Entry, long Fence, LoadView? Load);

/// <param name="Fence">The fence seen before the load began.</param>
/// <param name="Began">When that was, on the <see cref="Clock"/>.</param>
internal readonly record struct LoadView(long Fence, long Began);
