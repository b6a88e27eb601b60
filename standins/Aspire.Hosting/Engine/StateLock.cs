using System.Globalization;

namespace Aspire.Hosting.Engine;

/// <summary>Keeps a second run of the same AppHost off the same data. Held as long as the process lives.</summary>
internal sealed class StateLock : IDisposable
{
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(10);

    /// <summary>EWOULDBLOCK: what flock(2) says of a file that another process has locked.</summary>
    private static readonly int Locked = OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly FileStream file;

    private StateLock(FileStream file) => this.file = file;

    public static async Task<StateLock?> TakeAsync(StateFolder state, CancellationToken cancellationToken)
    {
        if (!state.Keeps)
        {
            return null;
        }

        var path = Path.Combine(StateFolder.Ensure(state.Root), "lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            await WaitForWatchdogAsync(path, cancellationToken);
            return new(file);
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            throw new StartFailure("apphost", $"another run of this AppHost uses {state.Root}", "Stop it first, or set XDG_STATE_HOME to another folder.", e);
        }
    }

    /// <summary>Notes the watchdog of this run, so that the next one waits for it should this one be killed.</summary>
    public static void Note(StateFolder state, Watchdog watchdog)
    {
        if (state.Keeps)
        {
            File.WriteAllText(Path.Combine(state.Root, "watchdog"), watchdog.Id.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void Dispose()
    {
        File.Delete(Path.Combine(Path.GetDirectoryName(file.Name)!, "watchdog"));
        file.Dispose();
    }

    private static async Task WaitForWatchdogAsync(string lockFile, CancellationToken cancellationToken)
    {
        var note = Path.Combine(Path.GetDirectoryName(lockFile)!, "watchdog");
        if (File.Exists(note) && int.TryParse(await File.ReadAllTextAsync(note, cancellationToken), out var watchdog))
        {
            var deadline = DateTime.UtcNow + CleanUp;
            while (Signals.Exists(watchdog) && DateTime.UtcNow < deadline)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
