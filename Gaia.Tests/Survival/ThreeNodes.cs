using Gaia.Caching.Outbox;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Tests.Survival;

/// <summary>Three nodes of one service over one Redis, one NATS and one database, each by links of its own to Redis and NATS.</summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private DbContextOptions<DocDb> database = null!;
    private PostgresServer postgres = null!;

    public RedisServer Redis { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    internal IReadOnlyList<Node> All { get; private set; } = [];

    internal Node Last => All[^1];

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        Nats = await NatsServer.StartAsync();
        postgres = await PostgresServer.StartAsync();
        database = new DbContextOptionsBuilder<DocDb>().UseNpgsql(postgres.ConnectionString).Options;
        await using (var db = new DocDb(database))
        {
            await db.Database.EnsureCreatedAsync();
        }

        All = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Node.StartAsync(Redis.Port, Nats.Port, postgres.ConnectionString)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All)
        {
            await node.DisposeAsync();
        }

        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
        await postgres.DisposeAsync();
    }

    /// <summary>Puts the nodes under load and something out of order, and holds every read against the <see cref="Promise"/>.</summary>
    /// <param name="fault">Breaks something.</param>
    /// <param name="isFelt">Whether the nodes notice: a fault that nobody notices would prove nothing.</param>
    /// <param name="repair">Mends it.</param>
    internal async Task SurviveAsync(Func<Task> fault, Func<Task<bool>> isFelt, Func<Task> repair)
    {
        await AreWellAsync();
        var promise = new Promise();
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(Load.RunAsync(All, promise, over.Token), WatchOutboxAsync(promise, over.Token));
        var repaired = false;
        try
        {
            await Eventually.IsTrueAsync(() => promise.Reads > 300 && promise.Changes > 20, Timeout);

            await fault();
            await Eventually.IsTrueAsync(isFelt, Timeout);
            await ChangesReachEverybodyAsync();

            // Long enough for what is announced now to be older than the bound.
            await Task.Delay(NodeProgram.Bound * 1.5);
            await repair();
            repaired = true;

            await AreWellAsync();
            await ChangesReachEverybodyAsync();
        }
        finally
        {
            await over.CancelAsync();
            await load;

            // A fault that was not survived is none of the next test's.
            await (repaired ? Task.CompletedTask : repair());
        }

        Assert.Empty(promise.Breaches);
        await AgreeAsync();
    }

    internal async Task<bool> AllAsync(Func<NodeState, bool> satisfies) =>
        (await Task.WhenAll(All.Where(node => node.Lives).Select(node => node.StateAsync()))).All(satisfies);

    internal Task EachAsync(Action<Node> act)
    {
        foreach (var node in All)
        {
            act(node);
        }

        return Task.CompletedTask;
    }

    /// <summary>Redis' address leads to another server from now on, and the old one is gone.</summary>
    internal async Task MoveRedisAsync(RedisServer successor)
    {
        await Redis.DisposeAsync();
        Redis = successor;
        await EachAsync(node => node.Redis.MoveTo(successor.Port));
    }

    private Task AreWellAsync() => Eventually.PassesAsync(
        async () => Assert.True(await AllAsync(state => state is { UsesRedis: true, TrustsLog: true })),
        Timeout);

    /// <summary>Broken or not: what is changed on any node is soon seen on every other.</summary>
    private async Task ChangesReachEverybodyAsync()
    {
        foreach (var writer in All.Where(node => node.Lives))
        {
            var version = await writer.ChangeAsync("news");
            foreach (var (reader, region) in from node in All where node.Lives from region in (string[])["doc", "docs"] select (node, region))
            {
                await Eventually.PassesAsync(async () => Assert.InRange((await reader.ReadAsync(region, "news")).Version, version, long.MaxValue), Timeout);
            }
        }
    }

    /// <summary>At rest every node answers what the database holds.</summary>
    private async Task AgreeAsync()
    {
        await using var db = new DocDb(database);
        await Eventually.PassesAsync(async () => Assert.False(await db.Set<CacheChange>().AnyAsync()), Timeout);
        foreach (var row in await db.Docs.AsNoTracking().ToListAsync())
        {
            foreach (var (node, region) in from node in All from region in (string[])["doc", "docs"] select (node, region))
            {
                await Eventually.PassesAsync(async () => Assert.Equal(new(row.Version, false), await node.ReadAsync(region, row.Id)), Timeout);
            }
        }
    }

    /// <summary>What has left the outbox has been announced.</summary>
    private async Task WatchOutboxAsync(Promise promise, CancellationToken over)
    {
        await using var db = new DocDb(database);
        while (!over.IsCancellationRequested)
        {
            var committed = promise.Committed;
            var waiting = await db.Set<CacheChange>().Select(change => change.Key).ToListAsync(CancellationToken.None);
            promise.Announce(committed.Where(doc => !waiting.Contains($"doc:{doc.Key}") && !waiting.Contains($"docs:{doc.Key}")));
            await Task.WhenAny(Task.Delay(20, over));
        }
    }
}
