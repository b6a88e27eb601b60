namespace Gaia.Bench.Cache;

/// <summary>
/// A thread that looks for a version over and over. It must be looking before the change is made: starting a thread takes
/// as long as a message, and would be measured in its place.
/// </summary>
internal sealed class Watch : IDisposable
{
    private readonly TaskCompletionSource looking = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread thread;
    private volatile bool stopped;

    public Watch(Func<long> observe, long version)
    {
        thread = new(() => Look(observe, version)) { IsBackground = true };
        thread.Start();
    }

    public Task Looking => looking.Task;

    /// <returns>When the read began that first returned the version, as the time that a miss takes is not staleness; null if none did.</returns>
    public async Task<long?> SeenAsync(TimeSpan timeout)
    {
        try
        {
            return await seen.Task.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        stopped = true;
        thread.Join();
    }

    private void Look(Func<long> observe, long version)
    {
        try
        {
            if (observe() >= version)
            {
                throw new InvalidOperationException($"Version {version} was seen before it was made.");
            }

            looking.TrySetResult();
            while (!stopped)
            {
                var began = TimeProvider.System.GetTimestamp();
                if (observe() >= version)
                {
                    seen.TrySetResult(began);
                    return;
                }

                Thread.Yield();
            }
        }
        catch (Exception failure)
        {
            looking.TrySetException(failure);
            seen.TrySetException(failure);
        }
    }
}
