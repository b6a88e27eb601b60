using System.Runtime.CompilerServices;
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
    private readonly Writer writer;

    internal GaiaCache(CacheNode node, Reader reader, Invalidator invalidator, Writer writer) =>
        (this.node, this.reader, this.invalidator, this.writer) = (node, reader, invalidator, writer);

    /// <inheritdoc/>
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
        return TryHit(node.Slots.Find(key), options, out T value)
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
        return TryHit(node.Slots.Find(key), options, out T value)
            ? new(value)
            : ReadAsync(key.ToString(), state, factory, options, tags, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Counts as a change of the key: other nodes drop what they hold, and a load under way is not kept.</remarks>
    public override ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default) =>
        writer.SetAsync(key, value, new Ask(node.Regions.Of(CacheKey.Checked(key)).Declared, options, tags), cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        await invalidator.InvalidateAsync(key, null, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Redis is not asked: nodes learn of it by the log. The tag <c>*</c> means everything.</remarks>
    public override async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        await invalidator.InvalidateTagAsync(tag, cancellationToken);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryHit<T>(Slot? slot, HybridCacheEntryOptions? options, out T value)
    {
        if (slot?.Entry is Entry<T> entry && options?.Flags is null or HybridCacheEntryFlags.None)
        {
            var now = node.Clock.Now;
            if (entry.IsHit(now) && node.Trust.Holds(now))
            {
                Reader.CountHit(slot);
                value = entry.Value;
                return true;
            }
        }

        value = default!;
        return false;
    }

    private async ValueTask<T> ReadAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        IEnumerable<string>? tags,
        CancellationToken ct)
    {
        var ask = new Ask(node.Regions.Of(CacheKey.Checked(key)).Declared, options, tags);
        if (ask.Flags is HybridCacheEntryFlags.None && node.Slots.Find(key) is { Entry: Entry<T> entry } slot && entry.IsFresh(node.Clock.Now) && node.Trust.HoldsNow)
        {
            Reader.CountHit(slot);
            reader.Refresh(slot, ask, stop => factory(state, stop));
            return entry.Value;
        }

        return (await reader.ReadAsync(key, ask, stop => factory(state, stop), ct)).Value;
    }
}
