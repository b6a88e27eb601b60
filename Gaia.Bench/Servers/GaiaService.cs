using System.Net;

namespace Gaia.Bench.Servers;

/// <summary>One of Gaia's services as built, with the cores and settings that a benchmark chooses.</summary>
internal sealed class GaiaService : LocalServer
{
    private static readonly HttpClient Probe = new();

    private readonly string name;
    private readonly Cores cores;
    private readonly IReadOnlyDictionary<string, string> settings;

    private GaiaService(string name, Cores cores, IReadOnlyDictionary<string, string> settings) => (this.name, this.cores, this.settings) = (name, cores, settings);

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <param name="name">Its resource name, one of <see cref="Resources"/>.</param>
    /// <param name="settings">Configuration by key, "ConnectionStrings:redis" for instance.</param>
    public static Task<GaiaService> StartAsync(string name, Cores cores, IReadOnlyDictionary<string, string> settings, CancellationToken ct) =>
        StartAsync(new GaiaService(name, cores, settings), ct);

    protected override IEnumerable<string> CommandLine =>
        cores.CommandLineOf(["dotnet", Assembly, .. settings.Append(new("urls", Address.ToString())).Select(setting => $"--{setting.Key}={setting.Value}")]);

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            // The gateway's /health is about the whole graph, which may not be running.
            using var health = await Probe.GetAsync(new Uri(Address, name == Resources.Gateway ? "/alive" : "/health"), ct);
            return health.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The output of its project, in the configuration that the benchmark was built in.</summary>
    private string Assembly
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var root = output.Parent!.Parent!.Parent!.Parent!.FullName;
            var project = $"Gaia.{char.ToUpperInvariant(name[0])}{name[1..]}";
            return Path.Combine(root, project, "bin", output.Parent.Name, output.Name, $"{project}.dll");
        }
    }
}
