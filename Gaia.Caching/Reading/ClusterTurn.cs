namespace Gaia.Caching;

/// <summary>
/// One load per key across all nodes: a Redis lock with a token and an expiry. A holder that outlives its lease does no harm, because what it writes is
/// compared by version like any other; the lock only saves work.
/// </summary>
internal sealed class ClusterTurn(RedisStore store, TimeProvider time)
{
    /// <returns>A token to give back after the load, or what another node loaded meanwhile, or neither: load without a lock.</returns>
    public async ValueTask<(string? Token, T? Found)> TakeAsync<T>(Slot slot, Func<ValueTask<T?>> look, CancellationToken ct)
        where T : class
    {
        var lease = slot.Region.ClusterLease;
        if (lease <= TimeSpan.Zero || !store.IsUsable)
        {
            return default;
        }

        var token = Guid.NewGuid().ToString("n");
        var began = time.GetTimestamp();
        for (var turn = 1; time.GetElapsedTime(began) < lease; turn++)
        {
            switch (await store.LockAsync(slot, token, lease))
            {
                case null:
                    return default;
                case true:
                    // The holder before may have filled and left between our read and our lock.
                    return await LookAsync(slot, token, look);
                default:
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 15)), ct);
                    break;
            }

            if (turn % 2 is 0 && await look() is { } found)
            {
                return (null, found);
            }
        }

        return default;
    }

    private async ValueTask<(string? Token, T? Found)> LookAsync<T>(Slot slot, string token, Func<ValueTask<T?>> look)
        where T : class
    {
        if (await look() is not { } found)
        {
            return (token, null);
        }

        await store.UnlockAsync(slot, token);
        return (null, found);
    }
}
