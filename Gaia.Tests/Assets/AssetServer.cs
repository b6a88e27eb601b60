using System.Globalization;

namespace Gaia.Tests.Assets;

/// <summary>One replica of Gaia.Asset as a process of its own, to be killed at will.</summary>
public sealed class AssetServer : LocalServer
{
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string[] launcher;

    private AssetServer(IReadOnlyDictionary<string, string> environment, string[] launcher) => (this.environment, this.launcher) = (environment, launcher);

    /// <param name="environment">The service's variables.</param>
    /// <param name="launcher">A program and its arguments that gets the command line of the service.</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<AssetServer> StartAsync(IReadOnlyDictionary<string, string> environment, string[]? launcher = null, CancellationToken ct = default) =>
        StartAsync(new AssetServer(environment, launcher ?? []), ct);

    public Uri Address => new($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}");

    protected override IEnumerable<string> CommandLine =>
    [
        .. launcher,
        "env",
        $"ASPNETCORE_URLS={Address}",
        .. environment.Select(variable => $"{variable.Key}={variable.Value}"),
        "dotnet",
        Assembly,
    ];

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Assembly
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var root = output;
            while (!File.Exists(Path.Combine(root.FullName, "Gaia.sln")))
            {
                root = root.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
            }

            return Path.Combine(root.FullName, "Gaia.Asset", "bin", output.Parent!.Name, output.Name, "Gaia.Asset.dll");
        }
    }

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = Address };
        try
        {
            using var answer = await client.GetAsync("/health", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
