using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Gaia.Tests.Assets;

/// <summary>NATS_STREAM_REPLICAS: a stream that three servers of a cluster hold outlives any one of them.</summary>
[Collection(nameof(AssetFixture))]
public sealed class NatsClusterTests(AssetFixture stack)
{
    private const string Stream = "GAIA_GENERATION";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queued_work_survives_the_loss_of_one_of_three_servers()
    {
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var servers = await Task.WhenAll(Enumerable.Range(0, ports.Length).Select(own => NatsServer.StartAsync(
            $$"""
            server_name: "server-{{own}}"
            cluster { name: "gaia", listen: "127.0.0.1:{{ports[own]}}", routes: [ {{string.Join(", ", ports.Select(port => $"\"nats-route://127.0.0.1:{port}\""))}} ] }
            """,
            ct: Ct)));
        await using var first = servers[0];
        await using var second = servers[1];
        await using var third = servers[2];
        var url = string.Join(',', servers.Select(server => server.Url));
        await using var replica = await stack.StartReplicaAsync(
            ("DATABASE_URL", stack.DatabaseUrl($"cluster{first.Port}")), ("NATS_URL", url), ("NATS_STREAM_REPLICAS", "3"), ("Generation__AckWait", "00:00:02"));
        using var ada = stack.User(replica);

        Assert.Equal("complete", await GenerateAsync(ada));
        await using var nats = new NatsConnection(new NatsOpts { Url = url, MaxReconnectRetry = -1 });
        var stream = (await new NatsJSContext(nats).GetStreamAsync(Stream, cancellationToken: Ct)).Info;
        Assert.Equal(3, stream.Config.NumReplicas);

        // The one that leads, so that the others have to agree on a new leader.
        await servers.Single(server => stream.Cluster!.Leader == $"server-{Array.IndexOf(servers, server)}").KillAsync(Ct);

        Assert.Equal("complete", await GenerateAsync(ada));
    }

    private static async Task<string> GenerateAsync(AssetUser user)
    {
        using var answer = await user.PostAsJsonAsync("/api/v1/assets/generate", new { description = "hills", size = "64x64" }, Ct);
        var ticket = await AssetUser.ReadAsync(answer, HttpStatusCode.Accepted);
        var last = default(JsonElement);
        await Eventually.IsTrueAsync(
            async () => (last = await user.JsonAsync($"/api/v1/assets/generations/{ticket.GetProperty("asset_id").GetGuid()}")).GetProperty("status").GetString() is "complete" or "failed",
            Timeout,
            Ct);
        return last.GetProperty("status").GetString()!;
    }
}
