using System.Diagnostics;

namespace Gaia.Bench.Journal;

/// <summary>A writer or reader in a process of its own.</summary>
internal sealed class JournalProcess(params string[] command) : IDisposable
{
    private Process process = Start(command);

    /// <summary>SIGKILL, and another one in its place.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await KillAsync(ct);
        process.Dispose();
        process = Start(command);
    }

    public async Task KillAsync(CancellationToken ct)
    {
        process.Kill();
        await process.WaitForExitAsync(ct);
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }

    private static Process Start(string[] command) => Process.Start("dotnet", [typeof(JournalProcess).Assembly.Location, .. command]);
}
