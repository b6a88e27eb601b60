using System.Diagnostics;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Configuration;

/// <summary>./run.sh reads .env as docker compose does.</summary>
public sealed class EnvFileTests
{
    [Theory]
    [InlineData("VALUE=plain", "plain")]
    [InlineData("export VALUE=plain", "plain")]
    [InlineData("  VALUE = plain  ", "plain")]
    [InlineData("VALUE: plain", "plain")]
    [InlineData("VALUE=plain\r\n", "plain")]
    [InlineData("\uFEFFVALUE=plain", "plain")]
    [InlineData("VALUE=plain # a comment", "plain")]
    [InlineData("VALUE=plain\t# a comment", "plain")]
    [InlineData("VALUE=a#b", "a#b")]
    [InlineData("VALUE=#nothing", "")]
    [InlineData("VALUE=", "")]
    [InlineData("VALUE=a=b==", "a=b==")]
    [InlineData("VALUE=two words", "two words")]
    [InlineData("VALUE=C:\\path\\n", "C:\\path\\n")]
    [InlineData("VALUE='single # $HOME \\n' # a comment", "single # $HOME \\n")]
    [InlineData("VALUE=\"double # \\\"quoted\\\" \\\\ \\$HOME\" # a comment", "double # \"quoted\" \\ $HOME")]
    [InlineData("VALUE=\"a\\nb\"", "a\nb")]
    [InlineData("VALUE=\"a\nb\"\nOTHER=1", "a\nb")]
    [InlineData("VALUE='a\r\nb'\r\nOTHER=1", "a\nb")]
    [InlineData("VALUE=\"\"", "")]
    [InlineData("ONE=1\nVALUE=$ONE-${ONE}-${TWO:-2}-${TWO-3}$$", "1-1-2-3$")]
    [InlineData("ONE=1\nVALUE=\"${ONE} and ${TWO:-two}\"", "1 and two")]
    [InlineData("not a setting\n# VALUE=commented\n\nVALUE=last", "last")]
    [InlineData("VALUE=$(touch /tmp/no)`id`", "$(touch /tmp/no)`id`")]
    public async Task A_value_is_what_docker_compose_makes_of_it(string file, string value) => Assert.Equal(value, (await LoadAsync(file))["VALUE"]);

    [Fact]
    public async Task What_the_environment_sets_wins()
    {
        Assert.Equal("mine", (await LoadAsync("VALUE=file", ("VALUE", "mine")))["VALUE"]);
        Assert.Equal("", (await LoadAsync("VALUE=file", ("VALUE", "")))["VALUE"]);
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_is_an_error_that_names_the_variable() =>
        Assert.Contains("VALUE has no closing quote", (await RunAsync("VALUE=\"open", "load_env .env")).Errors, StringComparison.Ordinal);

    [Theory]
    [InlineData("REDIS_URL=redis://redis:6379")]
    [InlineData("REDIS_URL=redis://:secret@redis:6379/0")]
    [InlineData("REDIS_URL=redis://redis,other:6379")]
    [InlineData("DATABASE_URL=postgresql://gaia:secret@db:5432/gaia")]
    public async Task A_host_of_docker_compose_is_explained_in_one_line(string file)
    {
        var (output, errors) = await RunAsync(file, "load_env .env; check_env_hosts || echo refused");

        Assert.Equal("refused", output.Trim('\0', '\n'));
        Assert.Contains("remove it from .env", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_hosts_are_left_alone() => Assert.Equal(("", ""), await RunAsync("REDIS_URL=redis://127.0.0.1:6379", "load_env .env; check_env_hosts"));

    private static async Task<Dictionary<string, string>> LoadAsync(string file, params (string Name, string Value)[] environment)
    {
        var (output, errors) = await RunAsync(file, "load_env .env; env -0", environment);
        Assert.Equal("", errors);
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(line => line[0], line => line[1]);
    }

    private static async Task<(string Output, string Errors)> RunAsync(string file, string command, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("gaia-env-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".env"), file);
            var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", $". '{Path.Combine(Publisher.Repository, "scripts", "dotenv.sh")}'; {command}"])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var bash = Process.Start(start)!;
            var errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (output, await errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
