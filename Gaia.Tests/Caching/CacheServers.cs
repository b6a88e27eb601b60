namespace Gaia.Tests.Caching;

/// <summary>The servers that one class of cache tests shares.</summary>
public sealed class CacheServers : IAsyncLifetime
{
    public RedisServer Redis { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        Nats = await NatsServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
    }

    /// <summary>The reply of redis-cli.</summary>
    public Task<string> AskRedisAsync(string command) => Redis.CommandAsync(command, TestContext.Current.CancellationToken);

    /// <summary>How often each command ran since the last call; commands inside scripts are counted too.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CommandsAsync()
    {
        var lines = (await AskRedisAsync("INFO commandstats")).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal));
        var counts = lines.ToDictionary(line => line[8..line.IndexOf(':')], line => int.Parse(line.Split("calls=")[1].Split(',')[0], null));
        await AskRedisAsync("CONFIG RESETSTAT");
        return counts;
    }
}
