using System.Diagnostics;

namespace Gaia.Tests.Caching;

/// <summary>A service's process that changes documents when it is told to, and may be killed at any moment of that. It ends with this process.</summary>
internal sealed class WriterProcess : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process process;

    private WriterProcess(Process process) => this.process = process;

    public static async Task<WriterProcess> StartAsync(string redis, string nats, string postgres)
    {
        string[] command = [typeof(WriterProcess).Assembly.Location, WriterProgram.Name, redis, nats, postgres];
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // A tenth less to compile, by the runtime's own account of what this protection costs at start.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        var writerProcess = new WriterProcess(Process.Start(start)!);
        return await writerProcess.AnswersAsync() ? writerProcess : throw new InvalidOperationException("The process ended by itself.");
    }

    /// <summary>Gives a document its next version, and waits until the request would be answered. False: the process died meanwhile.</summary>
    public async Task<bool> ChangeAsync(string id, long version)
    {
        await process.StandardInput.WriteLineAsync($"{id} {version}");
        await process.StandardInput.FlushAsync();
        return await AnswersAsync();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }

    private async Task<bool> AnswersAsync() =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Timeout) is not null;
}
