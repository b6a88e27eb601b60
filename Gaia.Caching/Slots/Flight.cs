namespace Gaia.Caching;

/// <summary>One load under way, shared by all who ask meanwhile. It ends early only when the last of them has left.</summary>
/// <param name="turn">How often the slot had been invalidated when the flight began.</param>
/// <param name="fence">The slot's fence then.</param>
/// <param name="began">When that was, on the <see cref="Clock"/>.</param>
/// <param name="abandoned">Never disposed: it has no timer, and the last passenger may leave at any moment.</param>
internal abstract class Flight(int turn, long fence, long began, CancellationTokenSource abandoned)
{
    public readonly int Turn = turn;

    public readonly long Began = began;

    /// <summary>The fence seen before the loader begins; a tombstone that the flight itself finds in Redis still counts.</summary>
    public long Fence = fence;

    /// <summary>Guarded by the slot's lock, as are <see cref="Fence"/>'s changes.</summary>
    public int Passengers = 1;

    public CancellationToken Abandoned => abandoned.Token;

    public void Abandon() => abandoned.Cancel();
}

internal sealed class Flight<T>(int turn, long fence, long began) : Flight(turn, fence, began, new CancellationTokenSource())
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
