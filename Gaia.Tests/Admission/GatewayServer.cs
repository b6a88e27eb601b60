using System.Net;
using Gaia.Tests.Secrets;

namespace Gaia.Tests.Admission;

/// <summary>A gateway, as the build left it, with settings of the test's choice.</summary>
public sealed class GatewayServer : LocalServer
{
    private readonly IReadOnlyDictionary<string, string> settings;

    private GatewayServer(IReadOnlyDictionary<string, string> settings) => this.settings = settings;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public static Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) =>
        StartAsync(settings, FreePort.Next(), ct);

    /// <summary>On a port that somebody had to know before.</summary>
    public static Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings, int port, CancellationToken ct = default) =>
        StartAsync(new GatewayServer(settings) { Port = port }, ct);

    /// <summary>Whatever a test has done, no secret is in the log.</summary>
    public override async ValueTask DisposeAsync()
    {
        var secrets = SecretScan.Find(Log).ToList();
        await base.DisposeAsync();
        Assert.Empty(secrets);
    }

    protected override IEnumerable<string> CommandLine => ["dotnet", Assembly, .. settings.Append(new("urls", Address.ToString())).Select(s => $"--{s.Key}={s.Value}")];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        try
        {
            using var alive = await client.GetAsync(new Uri(Address, "/alive"), ct);
            return alive.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Beside its project, under the configuration that these tests were built in.</summary>
    private static string Assembly
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(Path.GetDirectoryName(new Projects.Gaia_Gateway().ProjectPath)!, "bin", output.Parent!.Name, output.Name, "Gaia.Gateway.dll");
        }
    }
}
