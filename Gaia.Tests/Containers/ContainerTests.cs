using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Chat;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Containers;

/// <summary>The images and docker-compose.yml in a container engine: what the docs promise of them.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class ContainerTests(ComposedGaia gaia) : IClassFixture<ComposedGaia>
{
    private const int KilledBySignal = 137;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_runs_as_the_user_of_its_image_and_without_any_capability(string service)
    {
        var status = await StatusOfFirstProcessAsync(service);

        Assert.Equal("1654", status["Uid"].Split('\t')[1]);
        Assert.All(["CapPrm", "CapEff", "CapBnd"], set => Assert.Equal(0, Convert.ToInt64(status[set], 16)));
        Assert.Equal("1", status["NoNewPrivs"]);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("db")]
    public async Task A_server_does_not_run_as_root(string server) => Assert.NotEqual("0", (await StatusOfFirstProcessAsync(server))["Uid"].Split('\t')[1]);

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_root_file_system_of_a_service_is_read_only(string service)
    {
        var written = await ComposedGaia.ExecAsync(service, Ct, "touch", "/home/app/file");

        Assert.NotEqual(0, written.ExitCode);
        Assert.Contains("Read-only file system", written.Errors, StringComparison.Ordinal);
        (await ComposedGaia.ExecAsync(service, Ct, "touch", "/tmp/file")).Succeeded();
    }

    [Fact]
    public async Task Everything_is_healthy()
    {
        using var client = gaia.Developer();

        await Eventually.PassesAsync(
            async () =>
            {
                var health = await client.GetFromJsonAsync<JsonElement>("/health", Ct);
                Assert.Equal("healthy", health.GetProperty("status").GetString());
            },
            ct: Ct);
    }

    [Theory]
    [InlineData(Resources.Auth)]
    [InlineData(Resources.Chat)]
    [InlineData(Resources.Asset)]
    public async Task Migrate_makes_a_database_and_ends(string service)
    {
        var database = $"{service}_{Guid.NewGuid():N}";
        string[] migrate = ["run", "--rm", "-T", "--no-deps", "-e", $"DATABASE_URL=postgresql://postgres@db:5432/{database}", service, "migrate"];

        (await gaia.ComposeAsync(Ct, migrate)).Succeeded();
        (await gaia.ComposeAsync(Ct, migrate)).Succeeded();

        var migrations = await ComposedGaia.ExecAsync("db", Ct, "psql", "-U", "postgres", "-d", database, "-Atc", "select count(*) from \"__EFMigrationsHistory\"");
        Assert.NotEqual("0", migrations.Succeeded().Trim());
    }

    [Theory]
    [InlineData(Resources.Chat)]
    [InlineData(Resources.Gateway)]
    public async Task A_request_in_flight_is_answered_while_its_container_stops(string service)
    {
        using var script = gaia.Models.Play(new() { Words = ["Answered"], IsStepwise = true });
        using var client = gaia.Developer();
        var answer = client.PostAsJsonAsync("/v1/chat/completions", new { model = "fake", messages = new[] { new { role = "user", content = script.Key } } }, Ct);
        await Eventually.IsTrueAsync(() => !script.Requests.IsEmpty, ct: Ct);

        var stop = ContainerScript.PodmanAsync(Ct, "stop", ComposedGaia.Container(service));
        await Eventually.IsTrueAsync(async () => (await ComposedGaia.ExecAsync(service, Ct, "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/alive")).ExitCode != 0, ct: Ct);
        script.Step();

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Contains("Answered", await (await answer).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        (await stop).Succeeded();
        Assert.Equal(0, await ExitCodeAsync(ComposedGaia.Container(service)));
        (await ContainerScript.PodmanAsync(Ct, "start", ComposedGaia.Container(service))).Succeeded();
        await ComposedGaia.HealthyAsync(service, Ct);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_logs_to_standard_output(string service)
    {
        var logs = await ContainerScript.PodmanAsync(Ct, "logs", ComposedGaia.Container(service));

        Assert.NotEqual("", logs.Succeeded());
        Assert.Equal("", logs.Errors);
    }

    [Fact]
    public async Task What_was_stored_is_there_after_down_and_up_with_every_password_from_a_file()
    {
        using var client = gaia.Developer();
        var name = $"Kept {Guid.NewGuid():N}";
        (await client.PostAsJsonAsync("/api/v1/chat/personas", new { name, prompt = "You are kept." }, Ct)).EnsureSuccessStatusCode();

        await StopAsync();
        await gaia.DownAsync(Ct);
        await gaia.ReadPasswordsFromFilesAsync(Ct);
        await gaia.UpAsync(Ct);

        Assert.Contains(name, await client.GetStringAsync("/api/v1/chat/personas", Ct), StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(ComposedGaia.Containers.Select(container => ComposedGaia.PasswordsInEnvironmentAsync(container, Ct))), Assert.Empty);
        await A_server_does_not_run_as_root("redis");
        await StopAsync();
        await gaia.UpAsync(Ct);
    }

    /// <summary>Stops everything, and sees that nothing had to be killed.</summary>
    private async Task StopAsync()
    {
        (await gaia.ComposeAsync(Ct, "stop")).Succeeded();
        var codes = await Task.WhenAll(ComposedGaia.Containers.Select(async container => (container, Code: await ExitCodeAsync(container))));
        Assert.DoesNotContain(codes, container => container.Code == KilledBySignal);
    }

    private static async Task<int> ExitCodeAsync(string container) =>
        int.Parse((await ContainerScript.PodmanAsync(Ct, "inspect", "--format", "{{.State.ExitCode}}", container)).Succeeded(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What Linux says about the process that got SIGTERM, by name.</summary>
    private static async Task<Dictionary<string, string>> StatusOfFirstProcessAsync(string service) =>
        (await ComposedGaia.ExecAsync(service, Ct, "cat", "/proc/1/status")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
}
