using System.Diagnostics;
using System.Globalization;

namespace Gaia.Testing.Faults;

/// <summary>A Redis Cluster of three primaries, each with as many replicas as asked for.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;
    private const int Size = 3;

    private readonly string? password;

    private RedisCluster(RedisServer[] nodes, string? password)
    {
        this.password = password;
        Primaries = nodes[..Size];
        Replicas = nodes[Size..];
    }

    public IReadOnlyList<RedisServer> Primaries { get; }

    /// <summary>Replica <c>i</c> copies primary <c>i % 3</c>, and takes over about two seconds after that died.</summary>
    public IReadOnlyList<RedisServer> Replicas { get; }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => string.Join(',', Nodes.Select(node => node.ConnectionString));

    /// <summary>For <c>REDIS_URL</c>.</summary>
    public string Url => $"redis://{(password is null ? "" : $":{password}@")}{string.Join(',', Nodes.Select(node => $"127.0.0.1:{node.Port}"))}";

    private IEnumerable<RedisServer> Nodes => Primaries.Concat(Replicas);

    /// <param name="replicasPerPrimary">How many replicas each primary has.</param>
    /// <param name="password">What clients and servers must authenticate with; null admits everybody.</param>
    /// <param name="servesPartly">Whether the other primaries go on while one without a replica is gone; Redis' default is that they do not.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<RedisCluster> StartAsync(int replicasPerPrimary = 0, string? password = null, bool servesPartly = false, CancellationToken ct = default)
    {
        List<RedisServer> nodes = [];
        try
        {
            while (nodes.Count < Size * (1 + replicasPerPrimary))
            {
                nodes.Add(await StartNodeAsync(password, servesPartly, ct));
            }

            var cluster = new RedisCluster([.. nodes], password);
            await cluster.FormAsync(ct);
            return cluster;
        }
        catch
        {
            await EndAsync(nodes);
            throw;
        }
    }

    /// <summary>Whether replicas take over from a primary that is away; they do unless told. What is away itself is not told.</summary>
    public async Task SetFailoverAsync(bool allowed, RedisServer away, CancellationToken ct = default)
    {
        foreach (var node in Nodes.Where(node => node != away))
        {
            await node.CommandAsync($"CONFIG SET cluster-replica-no-failover {(allowed ? "no" : "yes")}", ct);
        }
    }

    /// <summary>Moves slots with their keys, one by one, while both primaries serve them.</summary>
    /// <exception cref="InvalidOperationException">redis-cli could not.</exception>
    public async Task MoveSlotsAsync(RedisServer from, RedisServer to, int count, CancellationToken ct = default)
    {
        string[] move =
        [
            "--cluster", "reshard", $"127.0.0.1:{from.Port}", "--cluster-from", await IdOfAsync(from, ct), "--cluster-to", await IdOfAsync(to, ct),
            "--cluster-slots", count.ToString(CultureInfo.InvariantCulture), "--cluster-yes", .. password is null ? [] : (string[])["-a", password, "--no-auth-warning"],
        ];
        using var mover = Process.Start(new ProcessStartInfo("redis-cli", move) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (mover.StandardOutput.ReadToEndAsync(ct), mover.StandardError.ReadToEndAsync(ct));
        await mover.WaitForExitAsync(ct);
        if (mover.ExitCode is not 0)
        {
            throw new InvalidOperationException($"Slots could not be moved: {await output}{await errors}");
        }
    }

    public ValueTask DisposeAsync() => EndAsync(Nodes);

    private static async Task<string> IdOfAsync(RedisServer node, CancellationToken ct) => (await node.CommandAsync("CLUSTER MYID", ct)).Trim();

    private static Task<RedisServer> StartNodeAsync(string? password, bool servesPartly, CancellationToken ct) => RedisServer.StartAsync(
        password,
        arguments:
        [
            "--cluster-enabled", "yes",
            "--cluster-port", FreePort.Next().ToString(CultureInfo.InvariantCulture),
            "--cluster-node-timeout", "1000",
            "--cluster-require-full-coverage", servesPartly ? "no" : "yes",
            // However long a test holds failovers back: a replica of a primary that is away for longer than 20 s would not take over otherwise.
            "--cluster-replica-validity-factor", "0",
        ],
        ct: ct);

    private async Task FormAsync(CancellationToken ct)
    {
        for (var i = 0; i < Size; i++)
        {
            await Primaries[i].CommandAsync($"CLUSTER ADDSLOTSRANGE {Slots * i / Size} {(Slots * (i + 1) / Size) - 1}", ct);
            // Without distinct epochs the nodes would first have to settle who is who.
            await Primaries[i].CommandAsync($"CLUSTER SET-CONFIG-EPOCH {i + 1}", ct);
        }

        foreach (var node in Nodes.Skip(1))
        {
            var bus = await BusPortAsync(node, ct);
            await Primaries[0].CommandAsync($"CLUSTER MEET 127.0.0.1 {node.Port} {bus}", ct);
        }

        await Eventually.IsTrueAsync(() => AllReportAsync("CLUSTER INFO", $"cluster_known_nodes:{Nodes.Count()}", Nodes, ct), ct: ct);
        for (var i = 0; i < Replicas.Count; i++)
        {
            var primary = await Primaries[i % Size].CommandAsync("CLUSTER MYID", ct);
            await Replicas[i].CommandAsync($"CLUSTER REPLICATE {primary}", ct);
        }

        await Eventually.IsTrueAsync(() => AllReportAsync("CLUSTER INFO", "cluster_state:ok", Nodes, ct), ct: ct);
        await Eventually.IsTrueAsync(() => AllReportAsync("INFO replication", "master_link_status:up", Replicas, ct), ct: ct);
    }

    private static async Task<string> BusPortAsync(RedisServer node, CancellationToken ct) =>
        // "<id> :<port>@<bus port> myself,..."
        (await node.CommandAsync("CLUSTER NODES", ct)).Split('@', ' ', ',')[2];

    private static async Task<bool> AllReportAsync(string command, string expected, IEnumerable<RedisServer> nodes, CancellationToken ct)
    {
        foreach (var node in nodes)
        {
            if (!(await node.CommandAsync(command, ct)).Contains(expected, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static async ValueTask EndAsync(IEnumerable<RedisServer> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
