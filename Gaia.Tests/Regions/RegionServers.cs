namespace Gaia.Tests.Regions;

/// <summary>NATS at home, and that of another region, a leaf node that reaches it by a link which tests cut; and a Redis of each.</summary>
public sealed class RegionServers : IAsyncLifetime
{
    public const string Home = "home";
    public const string Away = "fra";

    public NatsServer HomeNats { get; private set; } = null!;

    public NatsServer AwayNats { get; private set; } = null!;

    public RedisServer HomeRedis { get; private set; } = null!;

    public RedisServer AwayRedis { get; private set; } = null!;

    /// <summary>What lies between the two.</summary>
    public FaultProxy Link { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var leaves = FreePort.Next();
        Link = FaultProxy.Start(leaves);
        HomeNats = await NatsServer.StartAsync(NatsServer.WithLeaves($"127.0.0.1:{leaves}", $"127.0.0.1:{Link.Port}"), Home, Ct);
        AwayNats = await NatsServer.StartAsync(NatsServer.LeafOf($"127.0.0.1:{Link.Port}"), Away, Ct);
        HomeRedis = await RedisServer.StartAsync(ct: Ct);
        AwayRedis = await RedisServer.StartAsync(ct: Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await AwayRedis.DisposeAsync();
        await HomeRedis.DisposeAsync();
        await AwayNats.DisposeAsync();
        await Link.DisposeAsync();
        await HomeNats.DisposeAsync();
    }
}
