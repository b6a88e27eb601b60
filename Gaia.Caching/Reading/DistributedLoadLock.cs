using Gaia.Caching.Engine;
using Gaia.Caching.Store;

namespace Gaia.Caching.Reading;

/// <summary>
/// One load per key across all nodes: a Redis lock with a token and an expiry. A holder that outlives its lease does no harm, because what it writes is
/// compared by version like any other; the lock only saves work.
/// </summary>
internal sealed class DistributedLoadLock(RedisStore store, TimeProvider time)
{
    /// <param name="keyState">The key.</param>
    /// <param name="accept">Makes an entry of what Redis holds; null when it is of no use.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A token to give back after the load, or what another node loaded meanwhile, or neither: load without a lock.</returns>
    public async ValueTask<(string? Token, T? Found)> AcquireAsync<T>(CacheKeyState keyState, Func<StoreRead, T?> accept, CancellationToken ct)
        where T : class
    {
        var lease = keyState.Region.LoadLockTimeout;
        if (lease <= TimeSpan.Zero)
        {
            return default;
        }

        var token = Guid.NewGuid().ToString("n");
        var began = time.GetTimestamp();
        for (var attempt = 1; time.GetElapsedTime(began) < lease; attempt++)
        {
            var (taken, read) = await store.LockAsync(keyState, token, lease);
            if (read.Answer is StoreAnswer.Unavailable)
            {
                return default;
            }

            if (!taken)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 15)), ct);
                read = attempt % 2 is 0 ? await store.ReadAsync(keyState.Key, keyState.Live) : default;
            }

            // Also when taken: the holder before may have filled and left since this node looked.
            if (accept(read) is { } found)
            {
                await (taken ? store.UnlockAsync(keyState, token) : default);
                return (null, found);
            }

            if (taken)
            {
                return (token, null);
            }
        }

        return default;
    }
}
