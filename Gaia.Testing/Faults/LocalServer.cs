using System.Diagnostics;

namespace Gaia.Testing.Faults;

/// <summary>A real server process on a free loopback port with throw-away data, which ends with the tests.</summary>
public abstract class LocalServer : IAsyncDisposable
{
    /// <summary>Far longer than a start takes, as the machine may have other work.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private Process? process;

    public int Port { get; protected init; } = FreePort.Next();

    /// <summary>The address that it listens at.</summary>
    public string Host { get; protected init; } = "127.0.0.1";

    public bool IsRunning => process is { HasExited: false };

    public int ProcessId => process?.Id ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>What the server wrote to its log and console, over all restarts.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>Where it runs; null is the network of the tests.</summary>
    protected NetworkNamespace? Network { get; init; }

    /// <summary>Where the server keeps everything; removed at the end.</summary>
    protected string Data { get; } = Path.Combine(Path.GetTempPath(), $"gaia-{Guid.CreateVersion7():n}");

    /// <summary>The user to run as; null is the current one.</summary>
    protected virtual string? User => null;

    private string LogFile => $"{Data}.log";

    /// <summary>SIGSTOP: the server keeps its connections and answers nobody.</summary>
    public Task FreezeAsync(CancellationToken ct = default) => ProcessControl.FreezeAsync(ProcessId, ct);

    public Task ThawAsync(CancellationToken ct = default) => ProcessControl.ThawAsync(ProcessId, ct);

    /// <summary>SIGKILL: a crash. The data folder stays for <see cref="RestartAsync"/>.</summary>
    public Task KillAsync(CancellationToken ct = default) => EndAsync(ProcessControl.KillAsync, ct);

    /// <summary>An orderly end, by SIGTERM unless the server says otherwise.</summary>
    public Task TerminateAsync(CancellationToken ct = default) => EndAsync(AskToEndAsync, ct);

    /// <summary>Starts again on the same port and data; a server that still runs is killed first.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        await KillAsync(ct);
        await RunAsync(ct);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }

        File.Delete(LogFile);
        GC.SuppressFinalize(this);
    }

    /// <summary>The program and its arguments.</summary>
    protected abstract IEnumerable<string> CommandLine { get; }

    /// <summary>Whether the server that was just started serves clients.</summary>
    protected abstract Task<bool> IsReadyAsync(CancellationToken ct);

    protected virtual Task AskToEndAsync(int pid, CancellationToken ct) => ProcessControl.TerminateAsync(pid, ct);

    /// <summary>Prepares the data folder, once.</summary>
    protected virtual Task PrepareAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Data);
        return Task.CompletedTask;
    }

    /// <summary>Runs a program as the server's user to its end.</summary>
    protected async Task RunToolAsync(IEnumerable<string> program, CancellationToken ct)
    {
        using var tool = Watchdog.Start(program, Data, User);
        await tool.WaitForExitAsync(ct);
        Watchdog.Release(tool);
        if (tool.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program.First()} failed.\n{Log}");
        }
    }

    /// <summary>Brings a new server up, or leaves nothing of it behind.</summary>
    protected static async Task<T> StartAsync<T>(T server, CancellationToken ct)
        where T : LocalServer
    {
        try
        {
            await server.PrepareAsync(ct);
            await server.RunAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        process = Watchdog.Start([.. Network?.Launcher ?? [], .. CommandLine], Data, User);
        await Eventually.IsTrueAsync(
            async () => process.HasExited ? throw new InvalidOperationException($"{GetType().Name} ended.\n{Log}") : await IsReadyAsync(ct),
            StartDeadline,
            ct);
    }

    private async Task EndAsync(Func<int, CancellationToken, Task> end, CancellationToken ct)
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            await end(process.Id, ct);
        }

        await process.WaitForExitAsync(ct);
        Watchdog.Release(process);
        process.Dispose();
        process = null;
    }
}
