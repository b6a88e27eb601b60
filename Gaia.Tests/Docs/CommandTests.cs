using System.Diagnostics;
using System.Text.RegularExpressions;
using Gaia.Tests.AppHost;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Docs;

/// <summary>What the docs tell a reader to type works: shell blocks, curl lines and the JavaScript are run as they stand.</summary>
public sealed partial class CommandTests(RunningGaia gaia) : IClassFixture<RunningGaia>
{
    private const string DocumentedAddress = "http://localhost:8666";

    // A server's refusal is a failure here, which curl and redis-cli keep to themselves unless told.
    private const string Strict = """
        set -exuo pipefail
        curl() { command curl --silent --show-error --fail-with-body "$@"; }
        redis-cli() { command redis-cli -e "$@"; }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // What is run, and what is not: blocks of other languages are answers, or need an account at Fly.io or a library that the tests do not install.
    private static readonly string[] Languages = ["bash", "js", "console", "json", "python", "csharp", "mermaid"];

    public static TheoryData<string> Pages => [.. Markdown().Where(page => CommandsOf(page) is not [])];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_command_of_a_page_works(string page)
    {
        using var folder = new TemporaryFolder();

        var (code, said) = await RunAsync(Here(string.Join('\n', CommandsOf(page))), folder);

        Assert.True(code == 0, $"{page}: {said}");
    }

    [Fact]
    public void No_page_and_no_block_is_left_out_unnoticed()
    {
        Assert.Superset(new HashSet<string> { "README.md", "docs/api.md", "docs/deployment.md", "docs/operations.md" }, Pages.Select(page => page.Data).ToHashSet());
        Assert.All(Markdown(), page => Assert.All(Fence().Matches(TextOf(page)).Where((_, index) => index % 2 == 0), fence => Assert.Contains(fence.Groups["language"].Value, Languages)));
    }

    [Fact]
    public async Task Every_sample_in_JavaScript_prints_an_answer()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(Publisher.Repository, "Gaia.Tests", "Chat", "Clients", "node_modules"));
        var samples = JavaScript().Matches(TextOf("docs/clients.md"));
        Assert.Equal(4, samples.Count);

        foreach (Match sample in samples)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "sample.mjs"), Here(sample.Groups["code"].Value), Ct);

            var (code, said) = await RunAsync("node sample.mjs > answer.txt", folder);

            Assert.True(code == 0, said);
            Assert.NotEmpty(await File.ReadAllTextAsync(Path.Combine(folder.Path, "answer.txt"), Ct));
        }
    }

    [Fact]
    public async Task A_command_that_the_server_refuses_would_be_noticed()
    {
        using var folder = new TemporaryFolder();

        Assert.NotEqual(0, (await RunAsync($"curl {gaia.Address}/api/v1/nowhere", folder)).Code);
        Assert.NotEqual(0, (await RunAsync("$REDIS NOTHING", folder)).Code);
    }

    private static IEnumerable<string> Markdown() => Directory.EnumerateFiles(Path.Combine(Publisher.Repository, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Publisher.Repository, file)).Prepend("README.md");

    private static string TextOf(string page) => File.ReadAllText(Path.Combine(Publisher.Repository, page));

    private static List<string> CommandsOf(string page) =>
        [.. ShellBlock().Matches(TextOf(page)).Select(block => block.Groups["commands"].Value), .. IndentedCurl().Matches(TextOf(page)).Select(line => line.Value)];

    private string Here(string text) => text.Replace(DocumentedAddress, gaia.Address, StringComparison.Ordinal);

    private async Task<(int Code, string Said)> RunAsync(string commands, TemporaryFolder folder)
    {
        var script = Path.Combine(folder.Path, "commands.sh");
        await File.WriteAllTextAsync(script, $"{Strict}\n{commands}\n", Ct);
        var start = new ProcessStartInfo("bash", [script]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        start.Environment["KEY"] = gaia.Key;
        start.Environment["REDIS"] = gaia.RedisCli;
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync(Ct);
        var said = await bash.StandardError.ReadToEndAsync(Ct);
        await bash.WaitForExitAsync(Ct);
        return (bash.ExitCode, $"{said}\n{await output}");
    }

    [GeneratedRegex(@"^```bash\n(?<commands>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```js\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex JavaScript();

    [GeneratedRegex("^```(?<language>.*)$", RegexOptions.Multiline)]
    private static partial Regex Fence();

    /// <summary>A curl command in an indented block, with the lines that it goes on in.</summary>
    [GeneratedRegex(@"^    curl (?:.*\\\n)*.*$", RegexOptions.Multiline)]
    private static partial Regex IndentedCurl();
}
