using System.Net;
using Gaia.Tests.Secrets;

namespace Gaia.Tests.Auth;

/// <summary>Auth alone, as the build left it, with settings of the test's choice.</summary>
public sealed class AuthServer : LocalServer
{
    public const string IdentityKey = "the-tests-own-identity-key-0123456789";
    public const string AdminEmail = "admin@gaia.test";
    public const string AdminPassword = "an administrator chose this";

    private readonly IReadOnlyDictionary<string, string> settings;

    private AuthServer(IReadOnlyDictionary<string, string> settings) => this.settings = settings;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public static Task<AuthServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) => StartAsync(new AuthServer(settings), ct);

    /// <summary>Whatever a test has done, no secret is in the log.</summary>
    public override async ValueTask DisposeAsync()
    {
        var secrets = SecretScan.Find(Log).ToList();
        await base.DisposeAsync();
        Assert.Empty(secrets);
    }

    // Half the work of hashing that production has: tests sign up a thousand users.
    protected override IEnumerable<string> CommandLine => ["dotnet", Assembly, "--Passwords:Iterations=100000", .. settings.Append(new("urls", Address.ToString())).Select(s => $"--{s.Key}={s.Value}")];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        try
        {
            using var health = await client.GetAsync(new Uri(Address, "/health"), ct);
            return health.StatusCode == HttpStatusCode.OK;
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
            return Path.Combine(Path.GetDirectoryName(new Projects.Gaia_Auth().ProjectPath)!, "bin", output.Parent!.Name, output.Name, "Gaia.Auth.dll");
        }
    }
}
