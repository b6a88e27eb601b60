using System.Net;
using Gaia.Testing.Faults;

namespace Gaia.Testing.Services;

/// <summary>One of Gaia's services as a process of its own, as the build left it, with settings of the caller's choice.</summary>
public class GaiaService : LocalServer
{
    private static readonly HttpClient Probe = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly string name;
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly IEnumerable<string> launcher;

    protected GaiaService(string name, IReadOnlyDictionary<string, string> settings, IEnumerable<string>? launcher = null) =>
        (this.name, this.settings, this.launcher) = (name, settings, launcher ?? []);

    public Uri Address => new($"http://{Host}:{Port}");

    /// <param name="name">Its resource name, one of <see cref="Resources"/>.</param>
    /// <param name="settings">Configuration by key, <c>ConnectionStrings:redis</c> for instance, or by the name of a variable.</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<GaiaService> StartAsync(string name, IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) =>
        StartAsync(new GaiaService(name, settings), ct);

    /// <summary>With a program and its arguments, <paramref name="launcher"/>, that gets the command line of the service.</summary>
    public static Task<GaiaService> StartAsync(string name, IReadOnlyDictionary<string, string> settings, IEnumerable<string> launcher, CancellationToken ct = default) =>
        StartAsync(new GaiaService(name, settings, launcher), ct);

    /// <summary>At an address other than loopback.</summary>
    public static Task<GaiaService> StartAsync(string name, IReadOnlyDictionary<string, string> settings, string host, CancellationToken ct = default) =>
        StartAsync(new GaiaService(name, settings) { Host = host }, ct);

    /// <summary>In another network.</summary>
    public static Task<GaiaService> StartAsync(string name, IReadOnlyDictionary<string, string> settings, NetworkNamespace network, CancellationToken ct = default) =>
        StartAsync(new GaiaService(name, settings) { Network = network, Host = network.Address }, ct);

    protected override IEnumerable<string> CommandLine =>
    [
        .. launcher,
        "dotnet",
        Assembly(name),
        .. settings.Append(new("urls", Address.ToString())).Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}"),
    ];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            // The gateway's /health is about the whole graph, which may not be running.
            using var health = await Probe.GetAsync(new Uri(Address, name == Resources.Gateway ? "/alive" : "/health"), ct);
            return health.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>The program of a service, in the configuration that this was built in.</summary>
    public static string Assembly(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = output.Parent!.Parent!.Parent!.Parent!.FullName;
        var project = $"Gaia.{char.ToUpperInvariant(name[0])}{name[1..]}";
        return Path.Combine(root, project, "bin", output.Parent.Name, output.Name, $"{project}.dll");
    }
}
