using System.Diagnostics;
using System.Net.Sockets;

namespace Gaia.Tests.Faults;

public sealed class ServerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frozen_Redis_takes_connections_but_answers_only_when_thawed()
    {
        await using var redis = await RedisServer.StartAsync(password: "pass", ct: Ct);

        await redis.FreezeAsync(Ct);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", redis.Port, Ct);
            await client.GetStream().WriteAsync("AUTH pass\r\n"u8.ToArray(), Ct);
            var answer = client.GetStream().ReadAsync(new byte[5], Ct).AsTask();
            Assert.False(answer.IsCompleted);

            await redis.ThawAsync(Ct);
            Assert.Equal(5, await answer);
        }

        Assert.Equal("PONG", await redis.CommandAsync("PING", Ct));
    }

    [Fact]
    public async Task A_killed_Redis_refuses_and_comes_back_empty_on_its_port()
    {
        await using var redis = await RedisServer.StartAsync(ct: Ct);
        await redis.CommandAsync("SET a 1", Ct);

        await redis.KillAsync(Ct);
        await Assert.ThrowsAsync<IOException>(() => redis.CommandAsync("PING", Ct));

        await redis.RestartAsync(Ct);
        Assert.Equal("0", await redis.CommandAsync("EXISTS a", Ct));
    }

    [Fact]
    public async Task A_replica_has_what_its_primary_had_when_it_started_and_can_take_over()
    {
        await using var primary = await RedisServer.StartAsync(password: "pass", ct: Ct);
        await primary.CommandAsync("SET a 1", Ct);
        await using var replica = await RedisServer.StartAsync(replicaOf: primary, ct: Ct);

        await primary.KillAsync(Ct);
        await replica.CommandAsync("REPLICAOF NO ONE", Ct);

        Assert.Equal("1", await replica.CommandAsync("GET a", Ct));
        Assert.Equal("OK", await replica.CommandAsync("SET a 2", Ct));
    }

    [Fact]
    public async Task A_cluster_serves_all_slots_and_a_replica_takes_over_from_a_dead_primary()
    {
        await using var cluster = await RedisCluster.StartAsync(replicasPerPrimary: 1, ct: Ct);
        foreach (var primary in cluster.Primaries)
        {
            Assert.Contains("cluster_slots_ok:16384", await primary.CommandAsync("CLUSTER INFO", Ct), StringComparison.Ordinal);
        }

        await cluster.Primaries[0].KillAsync(Ct);

        await Eventually.IsTrueAsync(
            async () => (await cluster.Replicas[0].CommandAsync("ROLE", Ct)).Length > 0
                && (await cluster.Replicas[0].CommandAsync("INFO replication", Ct)).Contains("role:master", StringComparison.Ordinal),
            ct: Ct);
    }

    [Fact]
    public async Task A_NATS_server_is_reachable_until_killed_and_again_after_a_restart()
    {
        await using var nats = await NatsServer.StartAsync("authorization { user: ada, password: lovelace }", ct: Ct);

        await nats.KillAsync(Ct);
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", nats.Port, Ct).AsTask());

        await nats.RestartAsync(Ct);
        Assert.True(nats.IsRunning);
    }

    [Fact]
    public async Task A_Postgres_freezes_with_its_children_and_survives_a_kill()
    {
        await using var postgres = await PostgresServer.StartAsync(Ct);

        await postgres.FreezeAsync(Ct);
        await postgres.ThawAsync(Ct);
        await postgres.RestartAsync(Ct);

        Assert.Contains("database system was interrupted", postgres.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_and_leaves_nothing_behind()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RedisServer.StartAsync(arguments: ["--no-such-option", "x"], ct: Ct));

        Assert.Contains("no-such-option", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_under_the_watchdog_dies_with_the_process_that_started_it()
    {
        var data = Directory.CreateTempSubdirectory("gaia-");
        using var program = Watchdog.Start(["sleep", "1000"], data.FullName);

        program.StandardInput.Close();

        await program.WaitForExitAsync(Ct);
        Assert.Equal(128 + 9, program.ExitCode);
        await Eventually.IsTrueAsync(() => !Directory.Exists(data.FullName), ct: Ct);
    }

    [Fact]
    public async Task Freezing_a_process_freezes_its_children_and_killing_it_ends_them()
    {
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 1000 & echo $!; wait"]) { RedirectStandardOutput = true })!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync(Ct))!, provider: null);

        await parent.FreezeAsync(Ct);
        Assert.Equal("T", await StateAsync(child));
        await parent.ThawAsync(Ct);
        Assert.NotEqual("T", await StateAsync(child));
        await parent.KillAsync(Ct);

        Assert.True(ProcessControl.HasEnded(child));
    }

    private static async Task<string> StateAsync(int pid) => (await File.ReadAllTextAsync($"/proc/{pid}/stat", Ct)).Split(' ')[2];
}
