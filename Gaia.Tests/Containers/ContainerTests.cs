using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Assets;
using SkiaSharp;

namespace Gaia.Tests.Containers;

/// <summary>The images and docker-compose.yml in a container engine: what the docs promise of them.</summary>
[Collection(nameof(ComposedGaia))]
public sealed class ContainerTests(ComposedGaia gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_runs_as_the_user_of_its_image_and_without_any_capability(string service)
    {
        var status = await StatusOfFirstProcessAsync(service);

        Assert.Equal("1654", await UserOfAsync(service));
        Assert.All(["CapPrm", "CapEff", "CapBnd"], set => Assert.Equal(0, Convert.ToInt64(status[set], 16)));
        Assert.Equal("1", status["NoNewPrivs"]);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("db")]
    public async Task A_server_does_not_run_as_root(string server) => Assert.NotEqual("0", await UserOfAsync(server));

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
        string[] elsewhere = ["--env", $"DATABASE_URL=postgresql://postgres@db:5432/{database}"];

        (await gaia.RunOnceAsync(service, elsewhere, ["migrate"], Ct)).Succeeded();
        (await gaia.RunOnceAsync(service, elsewhere, ["migrate"], Ct)).Succeeded();

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

        var shutdowns = await ShutdownsAsync(service);
        var stop = ContainerScript.PodmanAsync(Ct, "stop", ComposedGaia.Container(service));
        await Eventually.IsTrueAsync(async () => await ShutdownsAsync(service) > shutdowns, ct: Ct);
        Assert.False(answer.IsCompleted);
        script.Step();

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Contains("Answered", await (await answer).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        (await stop).Succeeded();
        Assert.Equal(0, await ComposedGaia.ExitCodeAsync(service, Ct));
        (await ContainerScript.PodmanAsync(Ct, "start", ComposedGaia.Container(service))).Succeeded();
        await ComposedGaia.HealthyAsync(service, Ct);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_logs_to_standard_output(string service) => Assert.Contains("Application started", await LogAsync(service), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Services))]
    public async Task An_image_has_libraries_of_its_own_platform_only(string service)
    {
        var files = (await ComposedGaia.ExecAsync(service, Ct, "find", "/app")).Succeeded();

        Assert.Contains("/app/service\n", files, StringComparison.Ordinal);
        Assert.DoesNotContain("/runtimes/", files, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_stored_is_there_after_down_and_up_with_every_password_from_a_file()
    {
        using var client = gaia.Developer();
        var name = $"Kept {Guid.NewGuid():N}";
        (await client.PostAsJsonAsync("/api/v1/chat/personas", new { name, description = "Kept", system_prompt = "You are kept." }, Ct)).EnsureSuccessStatusCode();
        var picture = await UploadAsync(client);

        await gaia.DownAsync(Ct);
        await gaia.MovePasswordsToFilesAsync(Ct);
        await gaia.UpAsync(Ct);

        Assert.Contains(name, await client.GetStringAsync("/api/v1/chat/personas", Ct), StringComparison.Ordinal);
        using var variant = SKBitmap.Decode(await client.GetByteArrayAsync($"{picture}?w=20&format=webp", Ct));
        Assert.Equal(20, variant.Width);
        var visible = await Task.WhenAll(gaia.Services.Select(service => gaia.VisiblePasswordsAsync(service, Ct)));
        Assert.Empty(visible.SelectMany(passwords => passwords));
        Assert.NotEqual("0", await UserOfAsync("redis"));
    }

    /// <returns>Where the picture is.</returns>
    private static async Task<string> UploadAsync(HttpClient client)
    {
        using var content = new ByteArrayContent(Png.Noise(40, 30));
        content.Headers.ContentType = new("image/png");
        using var answer = await client.PostAsync("/api/v1/assets?name=noise.png", content, Ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("url").GetString()!;
    }

    /// <summary>What it wrote to standard output; it writes nothing to standard error.</summary>
    private static async Task<string> LogAsync(string service)
    {
        var log = await ContainerScript.PodmanAsync(Ct, "logs", ComposedGaia.Container(service));
        Assert.Equal("", log.Errors);
        return log.Succeeded();
    }

    private static async Task<int> ShutdownsAsync(string service) => (await LogAsync(service)).Split("Application is shutting down").Length - 1;

    /// <summary>The number of the user that its first process acts as.</summary>
    private static async Task<string> UserOfAsync(string service) => (await StatusOfFirstProcessAsync(service))["Uid"].Split('\t')[1];

    /// <summary>What Linux says about the process that got SIGTERM, by name.</summary>
    private static async Task<Dictionary<string, string>> StatusOfFirstProcessAsync(string service) =>
        (await ComposedGaia.ExecAsync(service, Ct, "cat", "/proc/1/status")).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
}
