using System.Diagnostics;
using Gaia.Tests.Admission;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Events;

[Collection(JournalGraphDefinition.Name)]
public sealed class EventCommandTests(JournalGraph graph)
{
    private readonly JournalApi journal = new(graph.Gateway);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_command_lists_events()
    {
        var administrator = await new GatewayApi(graph.Gateway).SignInAsAdministratorAsync();
        var (key, today) = (await journal.CreateKeyAsync(administrator), $"{DateTimeOffset.UtcNow:yyyy-MM-dd}");
        await journal.CreatePersonaAsync(administrator);

        var (code, output) = await RunAsync(key, "list", "--type", "persona.created", "--from", today);
        Assert.Equal(0, code);
        Assert.Equal(
            (await journal.ReadAsync(administrator, "?after=0&type=persona.created&follow=false")).Select(e => e.Data), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, (await RunAsync(key, "replay", "--type", "persona.*")).Code);
        Assert.NotEqual(0, (await RunAsync(key, "replay", "--group", "nobody")).Code);
        Assert.StartsWith("{\"dead_letters\":[", (await RunAsync(key, "dead", "list")).Output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> RunAsync(string key, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Publisher.Repository, "run.sh"), ["events", .. arguments]) { RedirectStandardOutput = true };
        (start.Environment["GAIA_URL"], start.Environment["GAIA_API_KEY"]) = (graph.Gateway.Address.ToString().TrimEnd('/'), key);
        using var command = Process.Start(start)!;
        var output = await command.StandardOutput.ReadToEndAsync(Ct);
        await command.WaitForExitAsync(Ct);
        return (command.ExitCode, output);
    }
}
