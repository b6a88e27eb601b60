using Gaia.Messaging;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching.Engine;

/// <summary>A single-flight load: all callers with the same flags share it. It is cancelled only when the last waiter has left.</summary>
/// <param name="flags">How it was asked for.</param>
/// <param name="invalidations">How often the key state had been invalidated when the load began.</param>
/// <param name="fence">The key state's fence then.</param>
/// <param name="began">When that was, on the <see cref="Clock"/>.</param>
/// <param name="cancellation">Never disposed: it has no timer, and the last waiter may leave at any moment.</param>
internal abstract class LoadOperation(HybridCacheEntryFlags flags, int invalidations, long fence, long began, CancellationTokenSource cancellation)
{
    private static readonly AsyncLocal<LoadOperation?> Loading = new();

    /// <summary>Loads seldom wait for others: one lock for all of them will do.</summary>
    private static readonly Lock Waits = new();

    /// <summary>What this load's load waits for.</summary>
    private List<LoadOperation>? awaited;

    public readonly HybridCacheEntryFlags Flags = flags;

    public readonly int Invalidations = invalidations;

    public readonly long Began = began;

    /// <summary>The fence seen before the loader begins; a tombstone that the load itself finds in Redis still counts.</summary>
    public long Fence = fence;

    /// <summary>Guarded by the key state's lock, as are <see cref="Fence"/>'s changes.</summary>
    public int Waiters = 1;

    public CancellationToken Cancellation => cancellation.Token;

    public void Cancel() => cancellation.Cancel();

    /// <summary>The load whose load the caller's flow is part of.</summary>
    public static LoadOperation? Current => Loading.Value;

    /// <summary>From here on the caller's flow is this load's load, or part of it.</summary>
    public void BeginLoad() => Loading.Value = this;

    /// <summary>This load's load is about to wait for another one. False: that one waits for it already, and neither would ever end.</summary>
    public bool Await(LoadOperation other)
    {
        lock (Waits)
        {
            if (other.WaitsFor(this))
            {
                return false;
            }

            (awaited ??= []).Add(other);
            return true;
        }
    }

    public void EndAwait(LoadOperation other)
    {
        lock (Waits)
        {
            awaited?.Remove(other);
        }
    }

    private bool WaitsFor(LoadOperation other) => this == other || awaited?.Exists(next => next.WaitsFor(other)) is true;
}

internal sealed class LoadOperation<T>(HybridCacheEntryFlags flags, int invalidations, long fence, long began) : LoadOperation(flags, invalidations, fence, began, new CancellationTokenSource())
{
    private readonly TaskCompletionSource<CacheEntry<T>> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CacheEntry<T>> Completion => completion.Task;

    public void Complete(CacheEntry<T> entry) => completion.TrySetResult(entry);

    public void Fail(Exception error)
    {
        completion.TrySetException(error);

        // Everybody may have left by now; the error is no news to the finalizer then.
        _ = completion.Task.Exception;
    }
}
