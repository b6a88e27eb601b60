using System.Runtime.CompilerServices;
using Gaia.Bench.Load;

namespace Gaia.Bench.Servers;

/// <summary>Portkey's gateway, as published on npm.</summary>
internal sealed class Portkey : LocalServer
{
    private static readonly HttpClient Probe = new();

    private readonly Cores cores;

    private Portkey(Cores cores) => this.cores = cores;

    /// <summary>How to install it; null when it is installed.</summary>
    public static string? InstallHint => File.Exists(Program) ? null : "Portkey is not measured. For it: npm ci --prefix Gaia.Bench/Chat/Portkey";

    public static Task<Portkey> StartAsync(Cores cores, CancellationToken ct) => StartAsync(new Portkey(cores), ct);

    /// <param name="path">After <c>/v1</c>.</param>
    /// <param name="models">The model server that it calls.</param>
    public Target Target(string path, Uri models) =>
        new(new Uri($"http://127.0.0.1:{Port}/v1{path}"), ("x-portkey-provider", "openai"), ("x-portkey-custom-host", models.ToString()), ("Authorization", "Bearer none"));

    protected override IEnumerable<string> CommandLine => cores.CommandLineOf("node", Program, "--headless", $"--port={Port}");

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await Probe.GetAsync(new Uri($"http://127.0.0.1:{Port}/"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Program { get; } = Path.Combine(Folder(), "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");

    private static string Folder([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "Chat", "Portkey"));
}
