using System.Text;
using Gaia.Tests.Admission;
using Gaia.Tests.AppHost;
using Gaia.Tests.Assets;
using Gaia.Tests.Auth;
using Gaia.Tests.Caching;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Telemetry;

/// <summary>What a gateway and a service of their own tell a collector.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class TelemetryTests(GatewayFixture fixture)
{
    private const string Gateway = "telling-gateway";
    private const string Auth = "telling-auth";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_metrics_and_logs_go_to_the_collector_and_nothing_of_health_is_in_them()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var auth = await fixture.StartAuthAsync("telemetrydb", collector.SettingsOf(Auth));
        await using var gateway = await fixture.StartAsync(new(collector.SettingsOf(Gateway)) { ["services:auth:http:0"] = auth.Address.ToString() });
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = gateway.Address };

        // The gateway's own health asks the services for theirs.
        foreach (var probe in (string[])["/health", "/alive", "/health"])
        {
            using var answer = await client.GetAsync(probe, Ct);
        }

        // A request of a trace that the caller began, which both have a part in.
        var trace = Guid.NewGuid().ToString("n");
        client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        using var keys = await client.GetAsync("/.well-known/jwks.json", Ct);
        Assert.True(keys.IsSuccessStatusCode);

        var id = Encoding.Latin1.GetString(Convert.FromHexString(trace));
        await Soon.PassesAsync(
            () =>
            {
                foreach (var service in (string[])[Gateway, Auth])
                {
                    Assert.Contains(collector.From(service, "traces"), spans => spans.Contains(id, StringComparison.Ordinal));
                    Assert.Contains(collector.From(service, "metrics"), points => points.Contains("http.server.request.duration", StringComparison.Ordinal)
                        && points.Contains("/.well-known/jwks.json", StringComparison.Ordinal));
                }

                Assert.Contains(collector.From(Gateway, "metrics"), points => points.Contains("Gaia.Caching", StringComparison.Ordinal));
                Assert.Contains(collector.From(Auth, "logs"), lines => lines.Contains("is up to date", StringComparison.Ordinal));
                return Task.CompletedTask;
            });

        foreach (var service in (string[])[Gateway, Auth])
        {
            Assert.All(collector.From(service), AssertNothingOfHealth);
        }
    }

    [Fact]
    public async Task Idle_services_tell_no_trace()
    {
        const int Settling = 15;
        const int Idle = 50;
        using var folder = new TemporaryFolder();
        await using var collector = await OtlpCollector.StartAsync();
        await using var auth = await fixture.StartAuthAsync("idledb", collector.SettingsOf("idle-auth"));
        await using var gateway = await fixture.StartAsync(new(collector.SettingsOf("idle-gateway")) { ["services:auth:http:0"] = auth.Address.ToString() });
        await using var chat = await GaiaService.StartAsync(Resources.Chat, Environment("idle-chat"), Ct);
        await using var asset = await GaiaService.StartAsync(Resources.Asset, new Dictionary<string, string>(Environment("idle-asset")) { ["ASSET_PATH"] = folder.Path }, ct: Ct);

        // Metrics are sent several times a second, which is how time passes here.
        string[] services = ["idle-auth", "idle-gateway", "idle-chat", "idle-asset"];
        await Pass(Settling);
        var before = services.ToDictionary(service => service, service => collector.From(service, "traces").Count());
        await Pass(Idle);

        Assert.All(services, service => Assert.Empty(collector.From(service, "traces").Skip(before[service])));

        async Task Pass(int exports)
        {
            var awaited = services.ToDictionary(service => service, service => collector.From(service, "metrics").Count() + exports);
            await Eventually.IsTrueAsync(() => services.All(service => collector.From(service, "metrics").Count() >= awaited[service]), TimeSpan.FromMinutes(2), Ct);
        }

        Dictionary<string, string> Environment(string name) => new(collector.SettingsOf(name))
        {
            [$"ConnectionStrings__{Resources.ChatDb}"] = fixture.Postgres.ConnectionStringTo("idlechatdb"),
            [$"ConnectionStrings__{Resources.AssetDb}"] = fixture.Postgres.ConnectionStringTo("idleassetdb"),
            ["ConnectionStrings__redis"] = fixture.Redis.ConnectionString,
            ["ConnectionStrings__nats"] = fixture.Nats.Url,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
        };
    }

    [Fact]
    public async Task A_complaint_that_came_up_while_somebody_asked_for_health_does_not_name_that_request()
    {
        const string Complaining = "complaining-gateway";
        await using var collector = await OtlpCollector.StartAsync();
        await using var redis = FaultProxy.Start(fixture.Redis.Port);
        await using var gateway = await fixture.StartAsync(
            new(collector.SettingsOf(Complaining)) { ["ConnectionStrings:redis"] = fixture.Redis.ConnectionStringAt(redis.Port) });
        using var client = new HttpClient { BaseAddress = gateway.Address };

        redis.Blackhole();

        await Soon.PassesAsync(
            async () =>
            {
                // An idle gateway reads nothing from Redis, whose silence a key that it does not know makes it notice.
                using var unknown = new HttpRequestMessage(HttpMethod.Get, "/api/v1/usage") { Headers = { { "X-API-Key", ApiKeyText.Create("dev") } } };
                var asked = client.SendAsync(unknown, Ct);
                using var health = await client.GetAsync("/health", Ct);
                using var answer = await asked;
                Assert.Contains(collector.From(Complaining, "logs"), lines => lines.Contains("Redis is not used", StringComparison.Ordinal));
            });
        Assert.All(collector.From(Complaining), AssertNothingOfHealth);
    }

    private static void AssertNothingOfHealth(string export)
    {
        Assert.DoesNotContain("/health", export, StringComparison.Ordinal);
        Assert.DoesNotContain("/alive", export, StringComparison.Ordinal);
    }
}
