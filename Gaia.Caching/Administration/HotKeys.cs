using Gaia.Caching.Reading;
using Microsoft.Extensions.Hosting;

namespace Gaia.Caching.Administration;

/// <summary>
/// Remembers what was hot, so that a node that starts has it in memory before it is ready, instead of missing on the first requests: from Redis, and what Redis does
/// not have from its source, a few at a time.
/// </summary>
internal sealed class HotKeys(CacheNode node, HotList list, IServiceProvider services, CachingOptions options, StatisticsHistory history)
    : BackgroundService
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public IReadOnlyList<HotKey> Top(int limit) =>
        [.. node.Keys.All.Where(keyState => keyState.HitCount > 0).OrderByDescending(keyState => keyState.HitCount).Take(limit).Select(keyState => new HotKey(keyState.Key, keyState.Region.Name, keyState.HitCount))];

    /// <summary>Reads what the registered regions say is worth reading ahead, and what was hot.</summary>
    /// <returns>How many values are in memory now.</returns>
    public async Task<int> WarmAsync(CancellationToken ct)
    {
        var warmed = 0;
        foreach (var warmer in options.Warmers)
        {
            warmed += await warmer(services, ct);
        }

        return warmed + await ReadHotKeysAsync(key => options.SourceReaders.ContainsKey(RegionOf(key)), ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.WarmLimit);
        try
        {
            await ReadHotKeysAsync(static _ => true, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up.
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveHotKeysAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                history.Note();
                await SaveHotKeysAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Brings what was hot into memory, hottest first. Sources have a budget, so that nodes that start together with an empty Redis are no stampede.</summary>
    /// <returns>How many values were not in memory and are now.</returns>
    private async Task<int> ReadHotKeysAsync(Func<string, bool> satisfies, CancellationToken ct)
    {
        var (warmed, loads) = (0, options.WarmLoads);
        var store = options.StoreReaders.ToDictionary(pair => pair.Key, pair => pair.Value(services));
        var sources = options.SourceReaders.ToDictionary(pair => pair.Key, pair => pair.Value(services));
        var cold = (await list.ReadAsync(ct)).Where(key => satisfies(key) && !IsInMemory(key));
        await Parallel.ForEachAsync(cold, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (key, stop) =>
        {
            try
            {
                if (store.TryGetValue(RegionOf(key), out var read))
                {
                    await read(key, stop);
                }

                if (!IsInMemory(key) && sources.TryGetValue(RegionOf(key), out var load) && Interlocked.Decrement(ref loads) >= 0)
                {
                    await load(key, stop);
                }
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // Counted as a failed load where it is one. A cold key is slower, not wrong, and no reason to leave out the others.
            }

            Interlocked.Add(ref warmed, IsInMemory(key) ? 1 : 0);
        });
        return warmed;
    }

    private Task SaveHotKeysAsync() => Top(options.WarmKeys) is { Count: > 0 } hot ? list.SaveAsync(hot.Select(key => key.Key)) : Task.CompletedTask;

    private string RegionOf(string key) => node.Regions.Of(key).Declared.Name;

    private bool IsInMemory(string key) => node.Keys.Find(key)?.Entry is { } entry && entry.IsFresh(node.Clock.Now);
}
