using Gaia.Caching;
using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Gaia.Tests.Caching;

/// <summary>
/// Three nodes over one real Redis, reading and changing a few rows as fast as they can while the log dawdles and Redis is flushed and frozen. The promise
/// under test: once a node has applied a change it never answers by anything older, and at rest all nodes agree with the source.
/// </summary>
internal sealed class ConcurrencyStress : IAsyncDisposable
{
    private const int Keys = 12;
    private const int Writers = 6;
    private const int Readers = 3;

    private static readonly string Padding = new('x', 400);

    private readonly long[] source = new long[Keys];
    private readonly Lock[] rows = [.. Enumerable.Range(0, Keys).Select(_ => new Lock())];
    private readonly MemoryLog log = new();
    private readonly List<Node> nodes = [];
    private readonly List<Task> followers = [];
    private readonly RedisServer redis;
    private readonly Region<string, Doc> region;
    private readonly FencingRules rules;
    private long writes;
    private long reads;
    private long stale;

    private ConcurrencyStress(RedisServer redis, Region<string, Doc> region, FencingRules rules) => (this.redis, this.region, this.rules) = (redis, region, rules);

    public long Reads => reads;

    /// <summary>Answers that were older than what their node had applied before it was asked.</summary>
    public long Stale => Volatile.Read(ref stale);

    public static async Task<ConcurrencyStress> StartAsync(Region<string, Doc> region, FencingRules? rules = null)
    {
        var stress = new ConcurrencyStress(await RedisServer.StartAsync(ct: TestContext.Current.CancellationToken), region, rules ?? new FencingRules());
        for (var i = 0; i < 3; i++)
        {
            await stress.JoinAsync();
        }

        return stress;
    }

    /// <param name="changes">How many changes to make.</param>
    /// <param name="untilStale">End early, at the first stale answer.</param>
    public async Task RunAsync(int changes, bool untilStale = false)
    {
        using var over = new CancellationTokenSource();
        var noise = InjectFaultsAsync(over.Token);
        var readers = nodes.SelectMany(node => Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAsync(node, over.Token)))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(changes, untilStale))));
        await over.CancelAsync();
        await Task.WhenAll([noise, .. readers]);
    }

    /// <summary>At rest: everything announced and applied. A node that starts now sees only Redis and the log.</summary>
    public async Task<IReadOnlyList<string>> DisagreementsAsync()
    {
        await redis.ThawAsync();
        await Soon.BecomesTrueAsync(() => nodes.All(node => node.Host.Of<Invalidator>().Unsent is 0 && node.Host.Of<RedisStore>().IsUsable));
        await JoinAsync();
        log.Complete();
        await Task.WhenAll(followers);

        List<string> found = [];
        foreach (var node in nodes)
        {
            for (var key = 0; key < Keys; key++)
            {
                var answer = await GetAsync(node, key);
                if (answer.Value?.Version != source[key])
                {
                    found.Add($"node {nodes.IndexOf(node)}, key {key}: {answer.Value?.Version} instead of {source[key]}");
                }
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        log.Complete();
        foreach (var node in nodes)
        {
            await node.Host.DisposeAsync();
        }

        await redis.DisposeAsync();
    }

    private async Task JoinAsync()
    {
        var host = await CacheHost.StartAsync(
            redis.ConnectionString,
            "nats://127.0.0.1:1",
            options =>
            {
                // Somewhat less than all rows need, so that values are evicted all the time.
                options.MemoryLimit = (Keys - 4) * (CacheKeyState.Overhead + Padding.Length);
                options.StalenessBound = TimeSpan.FromHours(1);
                options.RedisDeadline = TimeSpan.FromMilliseconds(50);
                options.Region(region);
            },
            services =>
            {
                services.RemoveAll<IHostedService>().AddHostedService<RedisProbe>().AddHostedService<CacheMaintenanceService>();
                services.Replace(ServiceDescriptor.Singleton<IInvalidationLog>(log)).Replace(ServiceDescriptor.Singleton(rules));
            },
            trusted: false);
        host.Node.StalenessGuard.Confirm(host.Node.Clock.Now);
        var node = new Node(host, host.Docs(region), new long[Keys]);
        nodes.Add(node);
        var invalidation = log.Follow();
        followers.Add(Task.Run(async () =>
        {
            await foreach (var entry in invalidation.ReadAllAsync(CancellationToken.None))
            {
                await DelayRandomlyAsync();
                node.Host.Of<Invalidator>().Apply(entry.Invalidation);
                Raise(ref node.Applied[KeyOf(entry.Invalidation.Key!)], entry.Row);
            }
        }));
    }

    private async Task WriteAsync(int changes, bool untilStale)
    {
        while (Interlocked.Increment(ref writes) <= changes && !(untilStale && Stale > 0))
        {
            var key = Random.Shared.Next(Keys);
            var node = nodes[Random.Shared.Next(nodes.Count)];
            long version;
            lock (rows[key])
            {
                version = Volatile.Read(ref source[key]) + 1;
                Volatile.Write(ref source[key], version);
            }

            await DelayRandomlyAsync();
            MemoryLog.Row.Value = version;
            await node.Docs.InvalidateAsync(Name(key), region.Versioned ? version : null, CancellationToken.None);
            Raise(ref node.Applied[key], version);
        }
    }

    private async Task ReadAsync(Node node, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var key = Random.Shared.Next(Keys);
            for (var again = 0; again < 8; again++)
            {
                var applied = Volatile.Read(ref node.Applied[key]);
                var answer = await GetAsync(node, key);
                if (answer.Value!.Version < applied && !answer.IsStale)
                {
                    Interlocked.Increment(ref stale);
                }
            }

            Interlocked.Add(ref reads, 8);
            if (i % 4 is 0)
            {
                await Task.Yield();
            }
        }
    }

    private ValueTask<Cached<Doc?>> GetAsync(Node node, int key) => node.Docs.GetAsync(
        Name(key),
        async (id, _) =>
        {
            await DelayRandomlyAsync();
            var version = Volatile.Read(ref source[key]);
            await DelayRandomlyAsync();
            return new Doc(id, version, Padding);
        },
        CancellationToken.None);

    /// <summary>Redis is emptied again and again, and now and then stops for longer than its callers wait.</summary>
    private async Task InjectFaultsAsync(CancellationToken over)
    {
        for (var round = 1; !over.IsCancellationRequested; round++)
        {
            await ChangesAsync(200, over);
            await redis.CommandAsync("FLUSHALL", CancellationToken.None);
            if (round % 50 is 0)
            {
                await redis.FreezeAsync(CancellationToken.None);
                await ChangesAsync(400, over);
                await redis.ThawAsync(CancellationToken.None);
            }
        }
    }

    private Task ChangesAsync(int more, CancellationToken over)
    {
        var goal = Volatile.Read(ref writes) + more;
        return Eventually.IsTrueAsync(() => over.IsCancellationRequested || Volatile.Read(ref writes) >= goal, TimeSpan.FromMinutes(1), CancellationToken.None);
    }

    private static async Task DelayRandomlyAsync()
    {
        for (var i = Random.Shared.Next(8) is 0 ? Random.Shared.Next(200) : Random.Shared.Next(4); i > 0; i--)
        {
            await Task.Yield();
        }
    }

    private static void Raise(ref long known, long version)
    {
        for (var seen = Volatile.Read(ref known); version > seen;)
        {
            var before = Interlocked.CompareExchange(ref known, version, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private static string Name(int key) => key.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static int KeyOf(string key) => int.Parse(key[(key.IndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="Host">The node.</param>
    /// <param name="Docs">Its cache.</param>
    /// <param name="Applied">By key, the newest version whose change the node has applied.</param>
    private sealed record Node(CacheHost Host, RegionCache<string, Doc> Docs, long[] Applied);
}
