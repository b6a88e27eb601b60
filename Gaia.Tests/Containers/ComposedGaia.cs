using System.Globalization;
using Gaia.Tests.AppHost;
using Gaia.Tests.Chat;
using Gaia.Tests.Faults;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Containers;

/// <summary>The graph of docker-compose.yml in containers, from images that the repository's Dockerfile makes, on ports and volumes of its own.</summary>
public sealed class ComposedGaia : IAsyncLifetime
{
    public const string ApiKey = "containers-choose-this-key";

    private const string ComposeFile = "docker-compose.yml";
    private const string SecretsFile = "docker-compose.secrets.yml";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);

    // podman-compose does not wait for the conditions of depends_on.
    private static readonly string[][] StartOrder = [["redis", "db", "nats"], [Resources.Auth, Resources.Chat, Resources.Asset], [Resources.Gateway]];

    private static readonly Dictionary<string, string> Passwords = new[] { "REDIS_PASSWORD", "POSTGRES_PASSWORD", "NATS_PASSWORD", "IDENTITY_KEY" }
        .ToDictionary(name => name, name => $"{name.ToLowerInvariant()}-{Guid.NewGuid():N}");

    private readonly TemporaryFolder folder = new();
    private readonly int port = FreePort.Next();
    private string[] files = ["-f", ComposeFile];

    /// <summary>The model that the services ask, outside of the containers.</summary>
    internal FakeModelServer Models { get; private set; } = null!;

    public static IEnumerable<string> Containers => StartOrder.SelectMany(services => services).Select(Container);

    public static string Container(string service) => $"gaia_{service}_1";

    public async ValueTask InitializeAsync()
    {
        Models = await FakeModelServer.StartAsync(address: "0.0.0.0");
        (await ContainerScript.BuildAsync(CancellationToken.None)).Succeeded();
        File.Copy(Path.Combine(Publisher.Repository, ComposeFile), Path.Combine(folder.Path, ComposeFile));
        File.Copy(Path.Combine(Publisher.Repository, SecretsFile), Path.Combine(folder.Path, SecretsFile));
        await RemoveAsync();
        await WriteSettingsAsync(Passwords.Select(password => $"{password.Key}={password.Value}"));
        await UpAsync(CancellationToken.None);
    }

    public HttpClient Developer()
    {
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}") };
        client.DefaultRequestHeaders.Add("X-API-Key", ApiKey);
        return client;
    }

    internal static Task<ProgramResult> ExecAsync(string service, CancellationToken ct, params string[] command) =>
        ContainerScript.PodmanAsync(ct, ["exec", Container(service), .. command]);

    internal Task<ProgramResult> ComposeAsync(CancellationToken ct, params string[] arguments) => ContainerScript.ComposeAsync(folder.Path, [.. files, .. arguments], ct);

    public async Task UpAsync(CancellationToken ct)
    {
        foreach (var services in StartOrder)
        {
            (await ComposeAsync(ct, ["up", "-d", "--no-build", .. services])).Succeeded();
            foreach (var service in services)
            {
                await HealthyAsync(service, ct);
            }
        }
    }

    public Task DownAsync(CancellationToken ct) => ComposeAsync(ct, "down");

    /// <summary>From now on no password is in the environment of a container.</summary>
    public async Task ReadPasswordsFromFilesAsync(CancellationToken ct)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(folder.Path, "secrets"));
        foreach (var (name, value) in Passwords)
        {
            await File.WriteAllTextAsync(Path.Combine(secrets.FullName, name.ToLowerInvariant()), $"{value}\n", ct);
        }

        await WriteSettingsAsync([]);
        files = ["-f", ComposeFile, "-f", SecretsFile];
    }

    /// <summary>Passwords that the environment of a container holds.</summary>
    public static async Task<IReadOnlyList<string>> PasswordsInEnvironmentAsync(string container, CancellationToken ct)
    {
        var environment = (await ContainerScript.PodmanAsync(ct, "inspect", "--format", "{{.Config.Env}}", container)).Succeeded();
        return [.. Passwords.Where(password => environment.Contains(password.Value, StringComparison.Ordinal)).Select(password => password.Key)];
    }

    /// <summary>Waits until the image's or the compose file's check passes; without a check, until it runs.</summary>
    public static Task HealthyAsync(string service, CancellationToken ct) => Eventually.PassesAsync(
        async () =>
        {
            var state = (await ContainerScript.PodmanAsync(ct, "inspect", "--format", "{{.State.Running}} {{if .Config.Healthcheck}}checked{{end}}", Container(service))).Succeeded().Trim();
            Assert.StartsWith("true", state, StringComparison.Ordinal);
            if (state.EndsWith("checked", StringComparison.Ordinal))
            {
                (await ContainerScript.PodmanAsync(ct, "healthcheck", "run", Container(service))).Succeeded();
            }
        },
        StartDeadline,
        ct);

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync();
        await (Models?.DisposeAsync() ?? default);
        folder.Dispose();
    }

    private async Task RemoveAsync()
    {
        (await ContainerScript.PodmanAsync(CancellationToken.None, "pod", "rm", "--all", "--force")).Succeeded();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "rm", "--all", "--force", "--volumes")).Succeeded();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "volume", "prune", "--force")).Succeeded();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "network", "prune", "--force")).Succeeded();
    }

    private Task WriteSettingsAsync(IEnumerable<string> passwords)
    {
        var modelPort = new Uri(Models.Url).Port;
        string[] settings =
        [
            $"GATEWAY_PORT={port}", $"REDIS_PORT={FreePort.Next()}", $"POSTGRES_PORT={FreePort.Next()}", $"NATS_PORT={FreePort.Next()}", $"GAIA_DEV_API_KEY={ApiKey}",
            $"OPENAI_BASE_URL=http://host.containers.internal:{modelPort}/v1", "OPENAI_API_KEY=fake", "OPENAI_MODELS=fake",
        ];
        return File.WriteAllLinesAsync(Path.Combine(folder.Path, ".env"), [.. settings, .. passwords]);
    }
}
