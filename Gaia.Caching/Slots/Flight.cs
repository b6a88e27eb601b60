using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching;

/// <summary>One load under way, shared by all who ask the same way meanwhile. It ends early only when the last of them has left.</summary>
/// <param name="flags">How it was asked for.</param>
/// <param name="turn">How often the slot had been invalidated when the flight began.</param>
/// <param name="fence">The slot's fence then.</param>
/// <param name="began">When that was, on the <see cref="Clock"/>.</param>
/// <param name="abandoned">Never disposed: it has no timer, and the last passenger may leave at any moment.</param>
internal abstract class Flight(HybridCacheEntryFlags flags, int turn, long fence, long began, CancellationTokenSource abandoned)
{
    private static readonly AsyncLocal<Flight?> Loading = new();

    /// <summary>Loads seldom wait for others: one lock for all of them will do.</summary>
    private static readonly Lock Waits = new();

    /// <summary>What this flight's load waits for.</summary>
    private List<Flight>? awaited;

    public readonly HybridCacheEntryFlags Flags = flags;

    public readonly int Turn = turn;

    public readonly long Began = began;

    /// <summary>The fence seen before the loader begins; a tombstone that the flight itself finds in Redis still counts.</summary>
    public long Fence = fence;

    /// <summary>Guarded by the slot's lock, as are <see cref="Fence"/>'s changes.</summary>
    public int Passengers = 1;

    public CancellationToken Abandoned => abandoned.Token;

    public void Abandon() => abandoned.Cancel();

    /// <summary>The flight whose load the caller's flow is part of.</summary>
    public static Flight? OfThisFlow => Loading.Value;

    /// <summary>From here on the caller's flow is this flight's load, or part of it.</summary>
    public void BeginLoad() => Loading.Value = this;

    /// <summary>This flight's load is about to wait for another one. False: that one waits for it already, and neither would ever end.</summary>
    public bool Await(Flight other)
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

    public void EndAwait(Flight other)
    {
        lock (Waits)
        {
            awaited?.Remove(other);
        }
    }

    private bool WaitsFor(Flight other) => this == other || awaited?.Exists(next => next.WaitsFor(other)) is true;
}

internal sealed class Flight<T>(HybridCacheEntryFlags flags, int turn, long fence, long began) : Flight(flags, turn, fence, began, new CancellationTokenSource())
{
    private readonly TaskCompletionSource<Entry<T>> landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Entry<T>> Landing => landing.Task;

    public void Land(Entry<T> entry) => landing.TrySetResult(entry);

    public void Crash(Exception error)
    {
        landing.TrySetException(error);

        // Everybody may have left by now; the error is no news to the finalizer then.
        _ = landing.Task.Exception;
    }
}
