using System.Diagnostics;
using System.Text.RegularExpressions;
using Gaia.Tests.AppHost;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Docs;

/// <summary>docs/configuration.md, docker-compose.yml and .env.example have what the option types and the table of variables say, and leave nothing out.</summary>
public sealed partial class ConfigurationReferenceTests
{
    private static readonly string[] Projects = ["Gaia.AppHost", "Gaia.ServiceDefaults", "Gaia.Gateway", "Gaia.Auth", "Gaia.Chat", "Gaia.Asset"];

    // Set by the platform or the engine, and by no user.
    private static readonly string[] NotForUsers = ["FLY_APP_NAME", "OTEL_SERVICE_NAME", "REDIS_URI"];

    private static readonly string[] Rewritten = ["docker-compose.yml", ".env.example"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Page => Path.Combine(Publisher.Repository, "docs", "configuration.md");

    [Fact]
    public async Task The_page_and_the_files_of_variables_are_current_and_written_anew_by_run_sh_publish_configuration()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "docs"));
        foreach (var name in Rewritten)
        {
            File.Copy(Path.Combine(Publisher.Repository, name), Path.Combine(folder.Path, name));
        }

        using var writer = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gaia.Publishing.dll"), "configuration", folder.Path]))!;
        await writer.WaitForExitAsync(Ct);

        Assert.Equal(0, writer.ExitCode);
        foreach (var name in Rewritten.Append("docs/configuration.md"))
        {
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder.Path, name), Ct), await File.ReadAllTextAsync(Path.Combine(Publisher.Repository, name), Ct));
        }
    }

    [Fact]
    public async Task A_default_is_written_where_it_is_shown_and_a_variable_that_is_missing_is_added()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "docs"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, ".env.example"), "IDENTITY_KEY=own\nAPI_KEY_CACHE_TTL=7\nS3_BUCKET=\n", Ct);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "docker-compose.yml"),
            """
            services:
              gateway:
                environment:
                  TRUSTED_PROXIES: 10.0.0.0/8
                  S3_BUCKET: ${S3_BUCKET:-}
                  ALLOWED_ORIGINS: ${ALLOWED_ORIGINS:-}
                  OTHER: 1
            """,
            Ct);

        using var writer = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gaia.Publishing.dll"), "configuration", folder.Path]))!;
        await writer.WaitForExitAsync(Ct);

        Assert.Equal("IDENTITY_KEY=own\nAPI_KEY_CACHE_TTL=600\nS3_BUCKET=\n", await File.ReadAllTextAsync(Path.Combine(folder.Path, ".env.example"), Ct));
        var gateway = (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "docker-compose.yml"), Ct)).Skip(3).Select(line => line.Trim()).ToList();
        Assert.Equal("TRUSTED_PROXIES: 10.0.0.0/8", gateway[0]);
        Assert.Contains("RATE_LIMIT_ANONYMOUS: ${RATE_LIMIT_ANONYMOUS:-}", gateway);
        Assert.DoesNotContain(gateway, line => line.StartsWith("S3_BUCKET", StringComparison.Ordinal) || line.StartsWith("TRUSTED_PROXIES: $", StringComparison.Ordinal));
        Assert.Equal("OTHER: 1", gateway[^1]);
    }

    [Fact]
    public async Task Every_variable_that_the_source_reads_and_every_section_that_it_binds_is_on_the_page()
    {
        var page = await File.ReadAllTextAsync(Page, Ct);
        var source = Projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Publisher.Repository, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();

        var read = source.SelectMany(text => Variable().Matches(text)).Select(match => match.Groups["name"].Value).Except(NotForUsers).ToHashSet();
        Assert.Superset(new HashSet<string> { "AUTH_CACHE_TTL", "S3_BUCKET", "OPENAI_MODELS", "PUBLIC_URL", "GAIA_REPLICAS" }, read);
        Assert.All(read, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));

        var sections = source.SelectMany(text => Section().Matches(text)).Select(match => match.Groups["name"].Value).ToList();
        Assert.Contains("Storage", sections);
        Assert.All(sections, section => Assert.Contains($"`{section}__", page, StringComparison.Ordinal));
    }

    /// <summary>As code reads them: <c>configuration["X"]</c>, <c>Text("X")</c>, a key or an entry of a table of variables.</summary>
    [GeneratedRegex(@"(?:onfiguration|ettings|variables?)?\[""(?<name>[A-Z][A-Z0-9]+_[A-Z0-9_]+)""\]|(?:new|Text|Names|Address|Number)\(\s*""(?<name>[A-Z][A-Z0-9]+_[A-Z0-9_]+)""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"const string Section = ""(?<name>\w+)""")]
    private static partial Regex Section();
}
