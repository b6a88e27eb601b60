using System.Text.Json;
using Gaia.Caching;
using Gaia.Caching.Log;
using Gaia.Caching.Store;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Tests.Caching;

/// <summary>How far a change had come when its process was killed.</summary>
internal enum CrashPoint
{
    BeforeCommit,
    BeforeFence,
    BeforePublication,
    BeforeDeletion,
    AfterAll,
}

/// <summary>
/// A service of one process at a time. Each is killed in the middle of a change, and the next starts with nothing but what that one left in the table;
/// another node reads all the while, and announces nothing.
/// </summary>
internal sealed class SequentialConsistencyModel : IAsyncDisposable
{
    /// <summary>To Redis and to NATS, each way: so long that a death can find every step of an announcement under way.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(8);

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>The first change of a process takes far longer than the next; it is of a document that nobody asks for.</summary>
    private const string First = "first";

    private static readonly string[] Ids = ["a", "b", "c"];

    private readonly OutboxServers servers = new();
    private FaultProxy redis = null!;
    private FaultProxy nats = null!;
    private CacheHost reader = null!;
    private WriterProcess? living;
    private TimeSpan window = TimeSpan.FromMilliseconds(80);

    private SequentialConsistencyModel()
    {
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SequentialConsistencyModel> StartAsync()
    {
        var model = new SequentialConsistencyModel();
        await model.InitializeAsync();
        return model;
    }

    /// <summary>Starts the process that follows on the last, and waits until nothing is old any more.</summary>
    public async Task RestartAsync()
    {
        living = await WriterProcess.StartAsync(servers.Cache.Redis.ConnectionStringAt(redis.Port), NatsServer.UrlAt(nats.Port), servers.Postgres.ConnectionString);
        await RestAsync();
    }

    /// <summary>Has the process make a change and kills it at some moment of that.</summary>
    public async Task<CrashPoint> CrashAsync()
    {
        Assert.True(await living!.ChangeAsync(First, await VersionAsync(First) + 1));
        var id = Random.Shared.GetItems(Ids, 1)[0];
        var version = await VersionAsync(id) + 1;
        var published = await PublishedAsync();

        var change = living.ChangeAsync(id, version);
        await Task.Delay(window * Random.Shared.NextDouble(), Stop);
        await living.KillAsync();
        await change;
        living.Dispose();
        living = null;

        var crash = await VersionAsync(id) < version ? CrashPoint.BeforeCommit
            : await servers.OutboxRowsAsync() is 0 ? CrashPoint.AfterAll
            : (await StoredAsync(Doc.ByTimestamp, id)).Answer is not StoreAnswer.Tombstone ? CrashPoint.BeforeFence
            : await PublishedAsync() < published + 2 ? CrashPoint.BeforePublication
            : CrashPoint.BeforeDeletion;

        // As many too early as too late, however busy the machine is.
        window *= crash is CrashPoint.BeforeCommit ? 1.25 : crash is CrashPoint.AfterAll ? 0.8 : 1;
        return crash;
    }

    public async ValueTask DisposeAsync()
    {
        living?.Dispose();
        await reader.DisposeAsync();
        await redis.DisposeAsync();
        await nats.DisposeAsync();
        await servers.DisposeAsync();
    }

    private async Task InitializeAsync()
    {
        await servers.InitializeAsync();
        (redis, nats) = (FaultProxy.Start(servers.Cache.Redis.Port), FaultProxy.Start(servers.Cache.Nats.Port));
        redis.Delay(Latency);
        nats.Delay(Latency);
        reader = await OutboxServers.StartNodeAsync(
            servers.Cache.Redis.ConnectionString,
            servers.Cache.Nats.Url,
            servers.Postgres.ConnectionString,
            dispatches: false);
        await using var db = servers.Open();
        db.AddRange(Ids.Append(First).Select(id => new DocRow { Id = id }));
        await db.SaveChangesAsync(Stop);
    }

    /// <summary>Waits until everything is announced, and no node and not Redis either has anything old.</summary>
    private async Task RestAsync()
    {
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()), Timeout);
        await Soon.PassesAsync(AgreeAsync, Timeout);
    }

    private async Task AgreeAsync()
    {
        await using var db = servers.Open();
        foreach (var row in await db.Docs.Where(doc => doc.Id != First).ToListAsync(Stop))
        {
            foreach (var region in (Region<string, Doc>[])[Doc.ByRow, Doc.ByTimestamp])
            {
                Assert.Equal(row.Version, (await reader.Docs(region).GetAsync(row.Id, Stop)).Value?.Version);
                var stored = await StoredAsync(region, row.Id);
                Assert.Equal(StoreAnswer.Hit, stored.Answer);
                Assert.Equal(row.Version, JsonSerializer.Deserialize<Doc>(stored.Envelope.Data.Span, JsonSerializerOptions.Web)?.Version);
            }
        }
    }

    private async Task<StoreRead> StoredAsync(Region<string, Doc> region, string id)
    {
        var key = region.Key(id);
        return await reader.Node.Store.ReadAsync(key, reader.Node.Regions.Of(key));
    }

    private async Task<long> PublishedAsync() => (long)(await reader.Of<JetStreamLog>().OpenAsync(Stop)).State.LastSeq;

    private async Task<long> VersionAsync(string id)
    {
        await using var db = servers.Open();
        return await db.Docs.Where(doc => doc.Id == id).Select(doc => doc.Version).SingleAsync(Stop);
    }
}
