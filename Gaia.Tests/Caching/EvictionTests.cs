using System.Collections.Concurrent;
using Gaia.Caching;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

/// <summary>A Redis that is too small for what is cached, and evicts values and tombstones alike, answers less often and never by what is old.</summary>
public sealed class EvictionTests
{
    private const int Documents = 4_000;
    private const int Writers = 4;
    private const int ReadersPerNode = 4;

    /// <summary>So many evictions before another node starts, and as many again.</summary>
    private const int Enough = 5_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>All documents together are twice what Redis may hold.</summary>
    private static readonly string Text = new('x', 2_000);

    private readonly long[] source = new long[Documents];
    private readonly ConcurrentDictionary<(CacheHost Node, int Key), long> changedHere = new();
    private readonly List<(long Version, long At)>[] announced = [.. Enumerable.Range(0, Documents).Select(_ => new List<(long, long)>())];
    private readonly ConcurrentQueue<string> stale = new();
    private readonly ConcurrentDictionary<CacheHost, long> reads = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_stale_is_answered_under_load(bool byRow)
    {
        var region = byRow ? Doc.ByRow : Doc.ByTimestamp;
        await using var redis = await RedisServer.StartAsync(ct: Stop);
        await using var nats = await NatsServer.StartAsync(ct: Stop);
        await redis.CommandAsync("CONFIG SET maxmemory 4mb", Stop);
        await redis.CommandAsync("CONFIG SET maxmemory-policy allkeys-lru", Stop);
        await using var first = await StartAsync(redis, nats, region);
        await using var second = await StartAsync(redis, nats, region);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<Task> load = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync([first, second], region, writer, over.Token)), .. Read(first, region, over.Token), .. Read(second, region, over.Token)];
        await Soon.PassesAsync(async () => Assert.InRange(await EvictedAsync(redis), Enough, int.MaxValue), Deadline);

        // It knows of changes only from the log and from what Redis has not evicted.
        await using var late = await StartAsync(redis, nats, region);
        load.AddRange(Read(late, region, over.Token));
        await Soon.PassesAsync(async () => Assert.InRange(await EvictedAsync(redis), 2 * Enough, int.MaxValue), Deadline);
        await Soon.PassesAsync(
            () =>
            {
                Assert.All([first, second, late], node => Assert.InRange(reads.GetValueOrDefault(node), Documents, long.MaxValue));
                return Task.CompletedTask;
            },
            Deadline);
        await over.CancelAsync();
        await Task.WhenAll(load);

        Assert.Empty(stale);
    }

    private static async Task<int> EvictedAsync(RedisServer redis)
    {
        var line = (await redis.CommandAsync("INFO stats", Stop)).Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("evicted_keys:", StringComparison.Ordinal));
        return int.Parse(line.Split(':')[1], null);
    }

    /// <summary>Memory holds little, so that most reads ask Redis.</summary>
    private static Task<CacheHost> StartAsync(RedisServer redis, NatsServer nats, Region<string, Doc> region) => CacheHost.StartAsync(redis.ConnectionString, nats.Url, options =>
    {
        options.MemoryLimit = 1 << 20;
        options.Region(region with { LoadLockTimeout = TimeSpan.Zero });
    });

    private IEnumerable<Task> Read(CacheHost node, Region<string, Doc> region, CancellationToken over) =>
        Enumerable.Range(0, ReadersPerNode).Select(_ => Task.Run(() => ReadAsync(node, region, over), CancellationToken.None));

    private async Task ReadAsync(CacheHost node, Region<string, Doc> region, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var key = Random.Shared.Next(Documents);
            var atLeast = Due(node, key);
            var answer = await node.Docs(region).GetAsync(Name(key), (id, _) => LoadAsync(id, key), CancellationToken.None);
            reads.AddOrUpdate(node, 1, static (_, count) => count + 1);
            if (answer.Value!.Version < atLeast && !answer.IsStale)
            {
                stale.Enqueue($"{key}: {answer.Value.Version} instead of {atLeast}");
            }
        }
    }

    private async Task<Doc?> LoadAsync(string id, int key)
    {
        var version = Volatile.Read(ref source[key]);

        // Long enough for changes, and for evictions of their tombstones, to come in between now and then.
        await Task.Delay(Random.Shared.Next(10) is 0 ? Random.Shared.Next(300) : 1);
        return new(id, version, Text);
    }

    /// <summary>What a node has changed itself, and what was announced for longer than the bound.</summary>
    private long Due(CacheHost node, int key)
    {
        var now = TimeProvider.System.GetTimestamp();
        lock (announced[key])
        {
            var known = announced[key].LastOrDefault(news => TimeProvider.System.GetElapsedTime(news.At, now) >= node.Node.StalenessGuard.Bound).Version;
            return Math.Max(known, changedHere.GetValueOrDefault((node, key)));
        }
    }

    /// <summary>Each writer has documents of its own, and changes some of them more often.</summary>
    private async Task WriteAsync(CacheHost[] nodes, Region<string, Doc> region, int writer, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var key = (Random.Shared.Next(Random.Shared.Next(2) is 0 ? 20 : Documents / Writers) * Writers) + writer;
            var node = nodes[Random.Shared.Next(nodes.Length)];
            var version = Interlocked.Increment(ref source[key]);
            await node.Docs(region).InvalidateAsync(Name(key), region.Versioned ? version : null, CancellationToken.None);
            changedHere[(node, key)] = version;
            lock (announced[key])
            {
                announced[key].Add((version, TimeProvider.System.GetTimestamp()));
            }

            await Task.WhenAny(Task.Delay(5, over));
        }
    }

    private static string Name(int key) => key.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
