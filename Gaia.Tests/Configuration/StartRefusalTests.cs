using System.Diagnostics;

namespace Gaia.Tests.Configuration;

/// <summary>A service with a variable that it cannot read: the process itself, as a user would see it end.</summary>
public sealed class StartRefusalTests
{
    private static readonly (string Name, string Value)[] Valid =
    [
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("NATS_URL", "nats://127.0.0.1:1"),
        ("DATABASE_URL", "postgres://gaia@127.0.0.1:1"),
        ("IDENTITY_KEY", "a key of thirty-two characters or"),
    ];

    [Fact]
    public async Task A_value_that_does_not_parse_ends_the_start_with_one_line()
    {
        var errors = await RefusedStartAsync(("PERSONA_CACHE_TTL", "soon"));

        Assert.Equal(["PERSONA_CACHE_TTL is \"soon\": expected whole seconds from 1 to 31536000."], errors);
    }

    [Fact]
    public async Task Every_bad_value_gets_its_line_and_no_secret_is_in_one()
    {
        var errors = await RefusedStartAsync(
            ("AUTH_CACHE_TTL", "0"),
            ("REDIS_CONNECT_TIMEOUT", "2,5"),
            ("REDIS_HEALTH_CHECK_INTERVAL", "often\nindeed"),
            ("NATS_URL", "http://bus"),
            ("REDIS_URL", "redis://:hunter2@cache/not-a-number"),
            ("DATABASE_URL", "mysql://gaia:hunter2@db"),
            ("IDENTITY_KEY", "hunter2"));

        Assert.Equal(
            [
                "AUTH_CACHE_TTL is \"0\"",
                "DATABASE_URL is (not shown)",
                "IDENTITY_KEY is (not shown)",
                "NATS_URL is \"http://bus\"",
                "REDIS_CONNECT_TIMEOUT is \"2,5\"",
                "REDIS_HEALTH_CHECK_INTERVAL is \"often?indeed\"",
                "REDIS_URL is (not shown)",
            ],
            errors.Select(line => line.Split(": expected ")[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ASSET_MAX_BYTES", "10 MB", "ASSET_MAX_BYTES is \"10 MB\": expected a whole number of bytes, at least 1.")]
    [InlineData("ASSET_PATH", "/proc/nobody/may", "ASSET_PATH is \"/proc/nobody/may\": expected a folder that files can be written to.")]
    [InlineData("S3_ENDPOINT", "my-store", "S3_ENDPOINT is \"my-store\": expected an http or https address.")]
    [InlineData("S3_ACCESS_KEY", "half", "S3_ACCESS_KEY and S3_SECRET_KEY: expected both, or none.")]
    [InlineData("OPENAI_IMAGE_PRICE", "free", "OPENAI_IMAGE_PRICE is \"free\": expected US dollars from 0.000001 to 1000000.")]
    [InlineData("Images__MaxPixels", "many", "Failed to convert configuration value 'many' at 'Images:MaxPixels' to type 'System.Int32'.")]
    public async Task A_service_s_own_settings_are_checked_as_well(string name, string value, string line) => Assert.Equal([line], await RefusedStartAsync((name, value)));

    [Fact]
    public async Task What_is_missing_is_named()
    {
        var errors = await RefusedStartAsync(("REDIS_URL", ""), ("NATS_URL", ""), ("IDENTITY_KEY", ""));

        Assert.Equal(["IDENTITY_KEY is missing", "NATS_URL is missing", "REDIS_URL is missing"], errors.Select(line => line.Split(": expected ")[0]).Order());
        Assert.StartsWith("DATABASE_URL is missing: expected postgres://", Assert.Single(await RefusedStartAsync(("DATABASE_URL", ""))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JOURNAL", "yes", "JOURNAL is \"yes\": expected on or off.")]
    [InlineData("JOURNAL_ARCHIVE", "long", "JOURNAL_ARCHIVE is \"long\": expected days from 1d to 36500d, such as 90d.")]
    [InlineData("EVENT_WEBHOOK_SECRET", "short", "EVENT_WEBHOOK_SECRET is (not shown): expected 24 to 64 bytes in base64, with or without whsec_ before them.")]
    [InlineData("EVENT_WEBHOOK_TYPES", "per*na", "EVENT_WEBHOOK_TYPES: expected a type such as persona.updated, or its beginning and *, such as persona.*.")]
    [InlineData("EVENT_WEBHOOK_URL", "http://localhost/hook", "EVENT_WEBHOOK_URL needs JOURNAL=on.")]
    public async Task Settings_of_events_are_checked(string name, string value, string line) => Assert.Equal(
        [line],
        await RefusedStartOfAsync("Gaia.Chat", name is "EVENT_WEBHOOK_URL" ? [(name, value), ("EVENT_WEBHOOK_SECRET", Convert.ToBase64String(new byte[32]))] : [(name, value)]));

    [Theory]
    [InlineData("home", "fra", "HOME_REGION is not the region of this process: only gateways run in other regions.")]
    [InlineData("home", "", "HOME_REGION needs GAIA_REGION, the region of this process.")]
    [InlineData("At home", "home", "HOME_REGION is \"At home\": expected one to 32 lower-case letters, digits or hyphens.")]
    public async Task Regions_are_checked(string home, string region, string line) =>
        Assert.Equal([line], await RefusedStartAsync(("HOME_REGION", home), ("GAIA_REGION", region)));

    [Theory]
    [InlineData("REGION_AUTH", "open", "REGION_AUTH is \"open\": expected closed, or bounded:, whole seconds and s, such as bounded:5s.")]
    [InlineData("REGION_AUTH", "bounded:30s", "REGION_AUTH is more than REGION_STALENESS, after which memory is not used.")]
    public async Task What_a_region_may_do_without_home_is_checked(string name, string value, string line) =>
        Assert.Equal([line], await RefusedStartOfAsync("Gaia.Gateway", [(name, value), ("HOME_REGION", "home"), ("GAIA_REGION", "fra")]));

    internal static Task<string[]> RefusedStartAsync(params (string Name, string Value)[] settings) => RefusedStartOfAsync("Gaia.Asset", settings);

    private static async Task<string[]> RefusedStartOfAsync(string service, (string Name, string Value)[] settings)
    {
        var program = Path.Combine(AppContext.BaseDirectory.Replace("Gaia.Tests", service, StringComparison.Ordinal), $"{service}.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in Valid.Concat(settings))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = await process.StandardError.ReadToEndAsync(deadline.Token);
            await output;
            await process.WaitForExitAsync(deadline.Token);

            Assert.Equal(1, process.ExitCode);
            return errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill();
        }
    }
}
