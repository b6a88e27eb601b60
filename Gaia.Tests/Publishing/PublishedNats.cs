using Tomlyn;
using Tomlyn.Model;

namespace Gaia.Tests.Publishing;

/// <summary>A NATS that runs by the command of a published file, with folders and ports of this machine.</summary>
internal sealed class PublishedNats : LocalServer
{
    private const string Password = "3e7a11";

    private readonly string command;

    private PublishedNats(string file, int leafPort)
    {
        var toml = TomlSerializer.Deserialize<TomlTable>(file)!;
        var folder = (string)((TomlTableArray)toml["mounts"])[0]["destination"];
        var shell = ((string)((TomlTable)toml["processes"])["app"])["sh -c '".Length..^1];
        command = $"export NATS_PASSWORD={Password} FLY_MACHINE_ID=one; " + shell
            .Replace("/tmp/nats.conf", Path.Combine(Data, "nats.conf"), StringComparison.Ordinal)
            .Replace(folder, Data, StringComparison.Ordinal)
            .Replace("--http_port 8222", $"--port {Port}", StringComparison.Ordinal)
            .Replace("gaia-nats-dev.internal:7422", "[::]:7422", StringComparison.Ordinal)
            .Replace("[::]:7422", $"[::1]:{leafPort}", StringComparison.Ordinal);
    }

    /// <param name="file">The text of the published file.</param>
    /// <param name="leafPort">Where leaf nodes find home.</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<PublishedNats> StartAsync(string file, int leafPort, CancellationToken ct) => StartAsync(new PublishedNats(file, leafPort), ct);

    public string Url => $"nats://nats:{Password}@127.0.0.1:{Port}";

    protected override IEnumerable<string> CommandLine => ["sh", "-c", command];

    protected override Task<bool> IsReadyAsync(CancellationToken ct) => NatsServer.HasJetStreamAsync(Host, Port, ct);
}
