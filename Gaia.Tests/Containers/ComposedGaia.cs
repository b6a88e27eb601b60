using System.Globalization;
using Gaia.Testing.Models;
using Gaia.Tests.AppHost;
using Gaia.Tests.Chat;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Containers;

/// <summary>The graph of docker-compose.yml in containers, from images that the repository's Dockerfile makes, on ports and volumes of its own.</summary>
public sealed class ComposedGaia : IAsyncLifetime
{
    public const string ApiKey = "containers-choose-this-key";

    private const string MainFile = "docker-compose.yml";
    private const string SecretsFile = "docker-compose.secrets.yml";

    /// <summary>The exit code of what did not end within ten seconds of SIGTERM.</summary>
    private const int Killed = 137;

    private static readonly string[] PasswordNames = ["REDIS_PASSWORD", "POSTGRES_PASSWORD", "NATS_PASSWORD", "IDENTITY_KEY"];

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder folder = new();
    private readonly int port = FreePort.Next();

    private readonly Dictionary<string, string> passwords = PasswordNames.ToDictionary(name => name, name => $"{name.ToLowerInvariant()}-{Guid.NewGuid():N}");

    private ComposeFile compose = null!;
    private bool isUp;

    /// <summary>The model that the services ask, outside of the containers.</summary>
    internal FakeModelServer Models { get; private set; } = null!;

    internal IReadOnlyList<string> Services => compose.Services;

    public async ValueTask InitializeAsync()
    {
        Models = await FakeModelServer.StartAsync(address: "0.0.0.0");
        foreach (var file in new[] { MainFile, SecretsFile })
        {
            File.Copy(Path.Combine(Publisher.Repository, file), Path.Combine(folder.Path, file));
        }

        compose = new(folder.Path, Variables(passwords), MainFile);
        (await ContainerScript.BuildAsync(CancellationToken.None)).Succeeded();
        await RemoveAsync();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "network", "create", ComposeFile.Network)).Succeeded();
        await UpAsync(CancellationToken.None);
        isUp = true;
    }

    public HttpClient Developer()
    {
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}") };
        client.DefaultRequestHeaders.Add("X-API-Key", ApiKey);
        return client;
    }

    public static string Container(string service) => $"gaia-{service}-1";

    internal static Task<ProgramResult> ExecAsync(string service, CancellationToken ct, params string[] command) =>
        ContainerScript.PodmanAsync(ct, ["exec", Container(service), .. command]);

    /// <summary>Runs a service's image once, with another command, beside the others.</summary>
    internal Task<ProgramResult> RunOnceAsync(string service, string[] options, string[] command, CancellationToken ct) =>
        ContainerScript.PodmanAsync(ct, ["run", .. compose.RunArguments(service, ["--rm", "--network", ComposeFile.Network], command, options)]);

    /// <summary>Starts everything, each service when those that it depends on are healthy, and waits until all are.</summary>
    public async Task UpAsync(CancellationToken ct)
    {
        foreach (var service in Services)
        {
            foreach (var dependency in compose.HealthyBefore(service))
            {
                await HealthyAsync(dependency, ct);
            }

            (await ContainerScript.PodmanAsync(ct, ["run", "--detach", .. compose.RunArguments(service, ["--name", Container(service)])])).Succeeded();
        }

        foreach (var service in Services)
        {
            await HealthyAsync(service, ct);
        }
    }

    /// <summary>Stops everything without killing anything, and removes the containers. The volumes stay.</summary>
    public async Task DownAsync(CancellationToken ct)
    {
        foreach (var service in Services.Reverse())
        {
            (await ContainerScript.PodmanAsync(ct, "stop", Container(service))).Succeeded();
            Assert.NotEqual((service, Killed), (service, await ExitCodeAsync(service, ct)));
            (await ContainerScript.PodmanAsync(ct, "rm", Container(service))).Succeeded();
        }
    }

    /// <summary>From the next start on, passwords are in files and no longer in the environment.</summary>
    public async Task MovePasswordsToFilesAsync(CancellationToken ct)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(folder.Path, "secrets"));
        foreach (var (name, value) in passwords)
        {
            await File.WriteAllTextAsync(Path.Combine(secrets.FullName, name.ToLowerInvariant()), $"{value}\n", ct);
        }

        compose = new(folder.Path, Variables([]), MainFile, SecretsFile);
    }

    /// <summary>Passwords in the environment of a container, or on its command line.</summary>
    public async Task<IEnumerable<string>> VisiblePasswordsAsync(string service, CancellationToken ct)
    {
        var configuration = (await ContainerScript.PodmanAsync(ct, "inspect", "--format", "{{.Config.Env}} {{.Config.Cmd}}", Container(service))).Succeeded();
        return passwords.Where(password => configuration.Contains(password.Value, StringComparison.Ordinal)).Select(password => $"{service}: {password.Key}");
    }

    /// <summary>Waits until the check of the image or of the compose file passes; without a check, until it runs.</summary>
    public static Task HealthyAsync(string service, CancellationToken ct) => Eventually.PassesAsync(
        async () =>
        {
            var state = (await ContainerScript.PodmanAsync(ct, "inspect", "--format", "{{.State.Running}} {{if .Config.Healthcheck}}checked{{end}}", Container(service))).Succeeded();
            Assert.StartsWith("true", state, StringComparison.Ordinal);
            if (state.Contains("checked", StringComparison.Ordinal))
            {
                (await ContainerScript.PodmanAsync(ct, "healthcheck", "run", Container(service))).Succeeded();
            }
        },
        StartDeadline,
        ct);

    public static async Task<int> ExitCodeAsync(string service, CancellationToken ct) =>
        int.Parse((await ContainerScript.PodmanAsync(ct, "inspect", "--format", "{{.State.ExitCode}}", Container(service))).Succeeded(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await (isUp ? DownAsync(CancellationToken.None) : Task.CompletedTask);
        }
        finally
        {
            await RemoveAsync();
            await (Models?.DisposeAsync() ?? default);
            folder.Dispose();
        }
    }

    /// <summary>Also what an earlier run has left.</summary>
    private static async Task RemoveAsync()
    {
        (await ContainerScript.PodmanAsync(CancellationToken.None, "rm", "--all", "--force", "--time", "0", "--volumes")).Succeeded();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "volume", "prune", "--force")).Succeeded();
        (await ContainerScript.PodmanAsync(CancellationToken.None, "network", "prune", "--force")).Succeeded();
    }

    private Dictionary<string, string> Variables(Dictionary<string, string> passwords) => new(passwords)
    {
        ["GATEWAY_PORT"] = Text(port),
        ["REDIS_PORT"] = Text(FreePort.Next()),
        ["POSTGRES_PORT"] = Text(FreePort.Next()),
        ["NATS_PORT"] = Text(FreePort.Next()),
        ["GAIA_DEV_API_KEY"] = ApiKey,
        ["OPENAI_BASE_URL"] = $"http://host.containers.internal:{Text(new Uri(Models.Url).Port)}/v1",
        ["OPENAI_API_KEY"] = "fake",
        ["OPENAI_MODELS"] = "fake",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The images are built while nothing else runs: it takes every core.</summary>
[CollectionDefinition(nameof(ComposedGaia), DisableParallelization = true)]
public sealed class ComposedGaiaTests : ICollectionFixture<ComposedGaia>;
