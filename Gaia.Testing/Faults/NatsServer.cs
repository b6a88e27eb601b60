using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gaia.Testing.Faults;

/// <summary>A nats-server with JetStream on files, so that streams survive a kill and a restart.</summary>
public sealed class NatsServer : LocalServer
{
    private readonly string configuration;
    private readonly string? domain;

    private NatsServer(string configuration, string? domain) => (this.configuration, this.domain) = (configuration, domain);

    /// <param name="configuration">
    /// Further lines of the server's configuration file, such as <c>authorization { users: [ { nkey: U... } ] }</c>.
    /// </param>
    /// <param name="domain">Of its JetStream, when there are several.</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<NatsServer> StartAsync(string configuration = "", string? domain = null, CancellationToken ct = default) =>
        StartAsync(new NatsServer(configuration, domain), ct);

    /// <summary>The same in another network.</summary>
    public static Task<NatsServer> StartAsync(NetworkNamespace network, string configuration, string domain, CancellationToken ct = default) =>
        StartAsync(new NatsServer(configuration, domain) { Network = network, Host = network.Address }, ct);

    public string Url => $"nats://{Host}:{Port}";

    /// <summary>The configuration of a server that leaf nodes connect to.</summary>
    /// <param name="address">Where it listens for them.</param>
    /// <param name="told">The address that it tells them; they also connect to what they are told.</param>
    public static string WithLeaves(string address, string told) => $$"""leafnodes { listen: "{{address}}", advertise: "{{told}}" }""";

    /// <summary>The configuration of a leaf node.</summary>
    /// <param name="home">The address that it connects to.</param>
    public static string LeafOf(string home) => $$"""leafnodes { reconnect: 1, remotes: [ { url: "nats-leaf://{{home}}" } ] }""";

    /// <summary>An address by way of a proxy's port.</summary>
    public static string UrlAt(int port) => $"nats://127.0.0.1:{port}";

    /// <summary>Overwrites the messages of a stream on disk, while the server runs.</summary>
    public void DamageFiles(string stream)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Data, "jetstream", "$G", "streams", stream, "msgs"), "*.blk"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Write(RandomNumberGenerator.GetBytes((int)file.Length));
        }
    }

    protected override IEnumerable<string> CommandLine => ["nats-server", "-c", ConfigurationFile];

    private string ConfigurationFile => Path.Combine(Data, "nats.conf");

    protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        await File.WriteAllTextAsync(
            ConfigurationFile,
            $$"""
            listen: "{{Host}}:{{Port}}"
            jetstream { store_dir: "{{Data}}"{{(domain is null ? "" : $", domain: {domain}")}} }
            {{configuration}}
            """,
            ct);
    }

    protected override Task<bool> IsReadyAsync(CancellationToken ct) => HasJetStreamAsync(Host, Port, ct);

    /// <summary>Whether a server with JetStream greets who connects.</summary>
    internal static async Task<bool> HasJetStreamAsync(string host, int port, CancellationToken ct)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, ct);
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            return await reader.ReadLineAsync(ct) is { } greeting && greeting.Contains("\"jetstream\":true", StringComparison.Ordinal);
        }
        catch (Exception closed) when (closed is SocketException or IOException)
        {
            return false;
        }
    }
}
