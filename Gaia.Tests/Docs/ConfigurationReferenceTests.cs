using System.Diagnostics;
using System.Text.RegularExpressions;
using Gaia.Tests.AppHost;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Docs;

/// <summary>docs/configuration.md is what the option types say, and leaves nothing out.</summary>
public sealed partial class ConfigurationReferenceTests
{
    private static readonly string[] Projects = ["Gaia.AppHost", "Gaia.ServiceDefaults", "Gaia.Gateway", "Gaia.Auth", "Gaia.Chat", "Gaia.Asset"];

    // Set by the platform or the engine, and by no user.
    private static readonly string[] NotForUsers = ["FLY_APP_NAME", "OTEL_SERVICE_NAME", "REDIS_URI"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Page => Path.Combine(Publisher.Repository, "docs", "configuration.md");

    [Fact]
    public async Task The_page_is_current_and_is_written_anew_by_run_sh_publish_configuration()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "docs"));
        foreach (var project in Projects)
        {
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, project), Path.Combine(Publisher.Repository, project));
        }

        using var writer = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gaia.Publishing.dll"), "configuration", folder.Path]))!;
        await writer.WaitForExitAsync(Ct);

        Assert.Equal(0, writer.ExitCode);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder.Path, "docs", "configuration.md"), Ct), await File.ReadAllTextAsync(Page, Ct));
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

    /// <summary>As code reads them: <c>configuration["X"]</c>, <c>Text("X")</c>, a flat variable's name, a key of a table of variables.</summary>
    [GeneratedRegex(@"(?:onfiguration|ettings|variables?)?\[""(?<name>[A-Z][A-Z0-9]+_[A-Z0-9_]+)""\]|(?:FlatVariable\.\w+|Text|Names|Address|Number)\(\s*""(?<name>[A-Z][A-Z0-9]+_[A-Z0-9_]+)""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"const string Section = ""(?<name>\w+)""")]
    private static partial Regex Section();
}
