using Gaia.Tests.Databases;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Tests.Regions;

/// <summary>The argument "promote" where there is nothing to promote.</summary>
public sealed class PromoteCommandTests(RegionServers servers) : IClassFixture<RegionServers>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"--force\" is not expected: expected --check, or --lose and a number", "--force")]
    [InlineData("\"--lose\" is not expected: expected --check, or --lose and a number", "--check", "--lose")]
    [InlineData("\"--lose -1 --check\" is not expected: expected --check, or --lose and a number", "--lose", "-1", "--check")]
    public Task Unknown_options_are_named(string error, params string[] options) => FailsAsync(error, servers.AwayNats.Url, options);

    [Fact]
    public Task Servers_of_another_region_are_not_asked() => FailsAsync("NATS_URL names the NATS of home, expected that of fra", servers.HomeNats.Url);

    [Fact]
    public Task Servers_that_do_not_answer_are_not_waited_for() => FailsAsync("NATS does not answer", "nats://127.0.0.1:1");

    [Fact]
    public async Task Region_that_follows_no_other_is_not_promoted()
    {
        await FailsAsync("fra has no stream gaia-cache", servers.AwayNats.Url);

        await using var nats = new NatsConnection(new NatsOpts { Url = servers.AwayNats.Url });
        await new NatsJSContext(nats).CreateStreamAsync(new StreamConfig("gaia-cache", ["gaia.cache.>"]), Ct);
        await FailsAsync("the stream gaia-cache is no mirror: fra follows no other region", servers.AwayNats.Url);
    }

    private async Task FailsAsync(string error, string nats, params string[] options)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:chatdb"] = $"Host=127.0.0.1;Port={FreePort.Next()}",
            ["ConnectionStrings:nats"] = nats,
            ["ConnectionStrings:redis"] = servers.AwayRedis.ConnectionString,
            ["IDENTITY_KEY"] = Auth.AuthServer.IdentityKey,
            ["GAIA_REGION"] = RegionServers.Away,
        };

        Assert.Equal((1, $"Gaia.Chat is not promoted: {error}\n"), await ServiceCommand.RunAsync(Resources.Chat, settings, ["promote", .. options]));
    }
}
