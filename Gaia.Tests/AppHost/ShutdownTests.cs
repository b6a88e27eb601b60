namespace Gaia.Tests.AppHost;

/// <summary>However the AppHost ends, nothing that it started outlives it, Postgres' own children included.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Nothing_outlives_an_AppHost_that_is_killed_or_told_to_end()
    {
        var ct = TestContext.Current.CancellationToken;
        using var state = new TemporaryFolder();

        await using (var killed = AppHostProcess.Start(state, []))
        {
            var children = await ChildrenOfARunningGraphAsync(killed, ct);
            killed.Kill();
            await Eventually.IsTrueAsync(() => children.All(ProcessControl.HasEnded), AppHostProcess.Deadline, ct);
        }

        // The same state again: what was killed left nothing behind that would stop the next run.
        await using var told = AppHostProcess.Start(state, []);
        var stopped = await ChildrenOfARunningGraphAsync(told, ct);
        await told.TerminateAsync(ct);

        Assert.Equal(0, await told.ExitAsync(ct));
        await Eventually.IsTrueAsync(() => stopped.All(ProcessControl.HasEnded), AppHostProcess.Deadline, ct);
        Assert.Empty(told.Errors);
    }

    private static async Task<List<int>> ChildrenOfARunningGraphAsync(AppHostProcess apphost, CancellationToken ct)
    {
        List<(int Id, string Command)> children = [];
        string[] expected = ["redis-server", "nats-server", "postgres: checkpointer", "Gaia.Auth", "Gaia.Chat", "Aspire.Dashboard", "dcp run-controllers"];

        await Eventually.IsTrueAsync(
            () =>
            {
                children = [.. apphost.Descendants()];
                return expected.All(name => children.Any(child => child.Command.Contains(name, StringComparison.Ordinal)));
            },
            AppHostProcess.Deadline,
            ct);

        return [.. children.Select(child => child.Id)];
    }
}
