using System.Runtime.CompilerServices;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching;

/// <summary>
/// The cache behind Microsoft's abstraction. Values are shared by their readers and must be immutable; they travel as JSON. A key that belongs to a
/// declared region lives by its rules, every other by those of <see cref="HybridRegion"/>. Nothing stale is answered here, as there is no way to say so.
/// </summary>
public sealed class GaiaCache : HybridCache
{
    private readonly CacheNode node;
    private readonly Reader reader;
    private readonly Invalidator invalidator;

    internal GaiaCache(CacheNode node, Reader reader, Invalidator invalidator) => (this.node, this.reader, this.invalidator) = (node, reader, invalidator);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">There are tags.</exception>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(factory);
        return TryHit(node.Keys.Find(key), options, out T value)
            ? new(value)
            : ReadAsync(key, state, factory, options, tags, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A hit by a key that was never a string allocates nothing.</remarks>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryHit(node.Keys.Find(key), options, out T value)
            ? new(value)
            : ReadAsync(key.ToString(), state, factory, options, tags, cancellationToken);
    }

    /// <summary>Not supported: a value comes from its source, so that a fence can tell how old it is.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A value is cached by loading it from its source with GetOrCreateAsync.");

    /// <inheritdoc/>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        await invalidator.InvalidateAsync(key, null, cancellationToken);

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) => throw NoTags();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryHit<T>(CacheKeyState? keyState, HybridCacheEntryOptions? options, out T value)
    {
        if (keyState?.Entry is CacheEntry<T> entry && options?.Flags is null or HybridCacheEntryFlags.None)
        {
            var now = node.Clock.Now;
            if (entry.IsFresh(now) && node.StalenessGuard.IsTrusted(now))
            {
                Reader.CountHit(keyState, entry, now);
                value = entry.Value;
                return true;
            }
        }

        value = default!;
        return false;
    }

    private static NotSupportedException NoTags() => new("Tags are not supported: invalidate keys, or flush a pattern of them.");

    private async ValueTask<T> ReadAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        IEnumerable<string>? tags,
        CancellationToken ct)
    {
        if (tags?.Any() is true)
        {
            throw NoTags();
        }

        var entryOptions = new EntryOptions(node.Regions.Of(CacheKey.Checked(key)).Declared, options);
        return (await reader.ReadAsync(key, entryOptions, stop => factory(state, stop), ct)).Value;
    }
}
