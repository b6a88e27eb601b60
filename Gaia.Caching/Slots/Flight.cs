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

    private Flight? outer;

    public readonly HybridCacheEntryFlags Flags = flags;

    public readonly int Turn = turn;

    public readonly long Began = began;

    /// <summary>The fence seen before the loader begins; a tombstone that the flight itself finds in Redis still counts.</summary>
    public long Fence = fence;

    /// <summary>Guarded by the slot's lock, as are <see cref="Fence"/>'s changes.</summary>
    public int Passengers = 1;

    public CancellationToken Abandoned => abandoned.Token;

    public void Abandon() => abandoned.Cancel();

    /// <summary>From here on the caller's flow is this flight's load, or part of it.</summary>
    public void BeginLoad() => (outer, Loading.Value) = (Loading.Value, this);

    /// <summary>Whether the caller's flow is part of this flight's load: it would wait for itself for ever.</summary>
    public bool IsOwnLoad()
    {
        var flight = Loading.Value;
        while (flight is not null && flight != this)
        {
            flight = flight.outer;
        }

        return flight is not null;
    }
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
