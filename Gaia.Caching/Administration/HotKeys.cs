using System.Text.Json;
using Gaia.Caching.Reading;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Caching.Administration;

/// <summary>
/// Remembers in Redis what was hot, so that a node that starts fetches that much from Redis before it is ready, instead of missing on the first requests.
/// </summary>
internal sealed class HotKeys(CacheNode node, IConnectionMultiplexer redis, IServiceProvider services, CachingOptions options, StatisticsHistory history)
    : BackgroundService
{
    private const int Remembered = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>A start is not held up for longer than this.</summary>
    private static readonly TimeSpan WarmStartLimit = TimeSpan.FromMilliseconds(500);

    private RedisKey Key => $"{options.KeyPrefix}cache:hot:{options.Service}";

    public IReadOnlyList<HotKey> Top(int limit) =>
        [.. node.Keys.All.Where(keyState => keyState.HitCount > 0).OrderByDescending(keyState => keyState.HitCount).Take(limit).Select(keyState => new HotKey(keyState.Key, keyState.Region.Name, keyState.HitCount))];

    /// <summary>Reads what the registered regions say is worth reading ahead.</summary>
    public async Task<int> WarmAsync(CancellationToken ct)
    {
        var warmed = 0;
        foreach (var warmer in options.Warmers)
        {
            warmed += await warmer(services, ct);
        }

        return warmed;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WarmStartLimit);
        try
        {
            await LoadHotKeysAsync(limit.Token);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or JsonException or OperationCanceledException)
        {
            // A cold start is slower, not wrong.
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

    private async Task LoadHotKeysAsync(CancellationToken ct)
    {
        if (!node.Store.IsUsable)
        {
            return;
        }

        var remembered = (byte[]?)await redis.GetDatabase().StringGetAsync(Key).WaitAsync(options.RedisDeadline, ct);
        var readers = options.StoreReaders.ToDictionary(pair => pair.Key, pair => pair.Value(services));
        foreach (var key in JsonSerializer.Deserialize<string[]>(remembered ?? "[]"u8.ToArray()) ?? [])
        {
            if (readers.TryGetValue(node.Regions.Of(key).Declared.Name, out var read))
            {
                await read(key, ct);
            }
        }
    }

    private async Task SaveHotKeysAsync()
    {
        if (!node.Store.IsUsable || Top(Remembered) is not { Count: > 0 } hot)
        {
            return;
        }

        try
        {
            var keys = JsonSerializer.SerializeToUtf8Bytes(hot.Select(key => key.Key));
            await redis.GetDatabase().StringSetAsync(Key, keys, Life).WaitAsync(options.RedisDeadline);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The list of a minute ago is as good.
        }
    }
}
