using System.Diagnostics;
using System.Text.RegularExpressions;
using Gaia.Tests.Engine;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Docs;

/// <summary>What the docs tell a reader to type works: their shell blocks, and the curl lines of the README, are run as they stand.</summary>
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

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/api.md")]
    [InlineData("docs/operations.md")]
    public async Task Every_command_of_a_page_works(string page)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Publisher.Repository, page), Ct);
        var blocks = ShellBlock().Matches(text).Select(block => block.Groups["commands"].Value).Concat(IndentedCurl().Matches(text).Select(line => line.Value)).ToList();
        Assert.NotEmpty(blocks);

        using var folder = new TemporaryFolder();
        var (code, said) = await Run(string.Join('\n', blocks).Replace(DocumentedAddress, gaia.Address, StringComparison.Ordinal), folder);

        Assert.True(code == 0, $"{page}: {said}");
    }

    [Fact]
    public async Task A_command_that_the_server_refuses_would_be_noticed()
    {
        using var folder = new TemporaryFolder();

        Assert.NotEqual(0, (await Run($"curl {gaia.Address}/api/v1/nowhere", folder)).Code);
        Assert.NotEqual(0, (await Run("$REDIS NOTHING", folder)).Code);
    }

    private async Task<(int Code, string Said)> Run(string commands, TemporaryFolder folder)
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

    /// <summary>A curl command in an indented block, with the lines that it goes on in.</summary>
    [GeneratedRegex(@"^    curl (?:.*\\\n)*.*$", RegexOptions.Multiline)]
    private static partial Regex IndentedCurl();
}
