using Gaia.Caching.Administration;
using Gaia.Caching.Store;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

/// <summary>What a process says that it sent to Redis, compared with what Redis counted.</summary>
public sealed class RedisLedgerTests(CacheServers servers) : IClassFixture<CacheServers>
{
    /// <summary>Hosts bill none of them, and none is of the cache.</summary>
    private static readonly string[] Free = ["info", "ping", "config|resetstat", "config|get", "hello", "client|setname", "client|setinfo", "client|id", "script|load", "echo", "subscribe"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_what_Redis_counts_of_reads_loads_and_invalidations_with_what_their_scripts_run()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await UseAsync(node, "before");
        await servers.CommandsAsync();
        var before = Total(node);

        for (var i = 0; i < 20; i++)
        {
            await UseAsync(node, $"{i}");
        }

        await node.Of<CacheAdministration>().FlushAsync("doc:*", Stop);
        await node.Of<CacheAdministration>().KeysAsync("docs:*", ct: Stop);
        await node.CatchUpAsync();

        await Soon.PassesAsync(async () =>
        {
            var counted = await CountAsync();
            Assert.Equal(counted.Values.Sum(), Total(node) - before);
        });
        Assert.True(node.Of<RedisLedger>().Totals["doc"] > 100);
        Assert.True(node.Of<RedisLedger>().Totals["cache.keys"] > 20);
    }

    /// <summary>A load with its lock, a read of another region from Redis, an invalidation and a load after it.</summary>
    private static async Task UseAsync(CacheHost node, string id)
    {
        await node.ReadAsync(Doc.ByRow, new Doc(id, 1));
        await node.ReadAsync(Doc.ByTimestamp, new Doc(id, 1));
        await node.ChangeAsync(Doc.ByRow, id, 2);
        await node.ChangeAsync(Doc.ByTimestamp, id);
        await node.ReadAsync(Doc.ByRow, new Doc(id, 2));
        await node.Cache.RemoveAsync($"other:{id}", Stop);
    }

    private static long Total(CacheHost node) => node.Of<RedisLedger>().Totals.Values.Sum();

    private async Task<Dictionary<string, int>> CountAsync() => (await servers.AskRedisAsync("INFO commandstats")).Split('\n', StringSplitOptions.TrimEntries)
        .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
        .Select(line => (Name: line[8..line.IndexOf(':', StringComparison.Ordinal)], Calls: int.Parse(line.Split("calls=")[1].Split(',')[0], null)))
        .Where(command => !Free.Contains(command.Name))
        .ToDictionary(command => command.Name, command => command.Calls);
}
