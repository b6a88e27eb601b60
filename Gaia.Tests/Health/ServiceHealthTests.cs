using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Admission;
using Gaia.Tests.Caching;
using StackExchange.Redis;

namespace Gaia.Tests.Health;

/// <summary>What /health of two gateways says of one service, and what of that stands in Redis.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class ServiceHealthTests(GatewayFixture fixture)
{
    private const string Key = "service:health:auth";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_probe_stands_in_Redis_for_as_long_as_the_setting_says()
    {
        await using var gateway = await fixture.StartAsync(new() { ["SERVICE_HEALTH_CACHE_TTL"] = "7", ["CACHE_KEY_PREFIX"] = "seven:" });

        await Soon.PassesAsync(async () => Assert.InRange(await LifeAfterProbeByAsync(gateway, $"seven:{Key}"), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7)));
        await using var usual = await fixture.StartAsync(new() { ["CACHE_KEY_PREFIX"] = "usual:" });
        await Soon.PassesAsync(async () => Assert.InRange(await LifeAfterProbeByAsync(usual, $"usual:{Key}"), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_gateway_reports_what_it_reaches_itself()
    {
        await using var apart = await fixture.StartAsync(new() { ["services:auth:http:0"] = $"http://127.0.0.1:{FreePort.Next()}" });

        await Soon.PassesAsync(async () =>
        {
            Assert.Equal("healthy", await AuthAtAsync(fixture.One));
            Assert.Equal("unhealthy", await AuthAtAsync(apart));
        });
    }

    [Fact]
    public async Task A_flood_of_questions_is_no_flood_of_probes()
    {
        const int Questions = 1_000;
        await using var redis = await ConnectAsync();
        await redis.GetServers().Single().ConfigSetAsync("notify-keyspace-events", "K$");
        var probes = 0;
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal($"__keyspace@0__:{Key}"), (_, _) => Interlocked.Increment(ref probes));

        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Questions), Ct, async (i, _) => await AuthAtAsync(i % 2 == 0 ? fixture.One : fixture.Two));

        // Each gateway probes at most once in a second, however long that took on this machine.
        var seconds = (int)TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Assert.InRange(probes, 0, 2 * (seconds + 2));
    }

    [Fact]
    public async Task A_service_that_goes_away_and_comes_back_is_noticed_by_every_gateway()
    {
        await BothSayAsync("healthy");
        fixture.AuthLink.Cut();
        try
        {
            await BothSayAsync("unhealthy");
            await Soon.PassesAsync(async () => Assert.Equal("unhealthy", (await EntryAsync(Key)).GetProperty("status").GetString()));
        }
        finally
        {
            fixture.AuthLink.Heal();
        }

        await BothSayAsync("healthy");
    }

    [Fact]
    public async Task Without_Redis_every_gateway_probes_for_itself()
    {
        await fixture.Redis.TerminateAsync(Ct);
        try
        {
            await Soon.PassesAsync(
                async () =>
                {
                    var report = await ReportAsync(fixture.One);
                    Assert.False(report.GetProperty("redis").GetProperty("connected").GetBoolean());
                    Assert.NotEqual("unhealthy", report.GetProperty("services").GetProperty("auth").GetProperty("status").GetString());
                });
        }
        finally
        {
            await fixture.Redis.RestartAsync(Ct);
        }

        await Soon.PassesAsync(async () => Assert.True((await ReportAsync(fixture.One)).GetProperty("redis").GetProperty("connected").GetBoolean()));
    }

    private async Task BothSayAsync(string status)
    {
        foreach (var gateway in new[] { fixture.One, fixture.Two })
        {
            await Soon.PassesAsync(async () => Assert.Equal(status, await AuthAtAsync(gateway)));
        }
    }

    private static async Task<string?> AuthAtAsync(GatewayServer gateway) =>
        (await ReportAsync(gateway)).GetProperty("services").GetProperty("auth").GetProperty("status").GetString();

    /// <summary>Of a gateway whose other services are away: its report comes with whichever status fits.</summary>
    private static async Task<JsonElement> ReportAsync(GatewayServer gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var answer = await client.GetAsync("/health", Ct);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"{fixture.Redis.ConnectionString},allowAdmin=true");

    private async Task<JsonElement> EntryAsync(string key)
    {
        await using var redis = await ConnectAsync();
        return JsonElement.Parse((string)(await redis.GetDatabase().StringGetAsync(key))!);
    }

    private async Task<TimeSpan> LifeAfterProbeByAsync(GatewayServer gateway, string key)
    {
        Assert.Equal("healthy", await AuthAtAsync(gateway));
        await using var redis = await ConnectAsync();
        return (await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value;
    }
}
