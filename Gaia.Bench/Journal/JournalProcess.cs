namespace Gaia.Bench.Journal;

/// <summary>A writer or reader in a process of its own, which can be killed.</summary>
internal sealed class JournalProcess : LocalServer
{
    private readonly string[] command;

    private JournalProcess(string[] command) => this.command = command;

    public static Task<JournalProcess> StartAsync(string[] command, CancellationToken ct) => StartAsync(new JournalProcess(command), ct);

    protected override IEnumerable<string> CommandLine => ["dotnet", typeof(JournalProcess).Assembly.Location, .. command];

    /// <summary>Nobody connects to it.</summary>
    protected override Task<bool> IsReadyAsync(CancellationToken ct) => Task.FromResult(true);
}
