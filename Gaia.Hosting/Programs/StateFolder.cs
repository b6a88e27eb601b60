using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Hosting;

/// <summary>
/// Where programs keep their data: a folder for each AppHost below <c>XDG_STATE_HOME</c>, locked by the run that uses it; or a folder that goes with the run where ports
/// are randomized, which is how tests run.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>EWOULDBLOCK: what flock(2) says of a file that another process has locked.</summary>
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly string path;
    private readonly FileStream? runLock;

    private StateFolder(string path, bool isThrowaway)
    {
        (this.path, IsThrowaway) = (path, isThrowaway);
        CreateFolder(path);
        if (!isThrowaway)
        {
            runLock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
    }

    public bool IsThrowaway { get; }

    /// <exception cref="DistributedApplicationException">The folder cannot be written, or another run has it.</exception>
    public static StateFolder Open(IDistributedApplicationBuilder builder)
    {
        var name = builder.Environment.ApplicationName.ToLowerInvariant();
        var isThrowaway = builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        var path = isThrowaway
            ? Path.Combine(Path.GetTempPath(), $"{name}-{Guid.NewGuid():N}")
            : Path.Combine(StateHome(builder.Configuration["XDG_STATE_HOME"]), $"{name}-{builder.Configuration["AppHost:PathSha256"]?[..10].ToLowerInvariant()}");
        try
        {
            var folder = new StateFolder(path, isThrowaway);

            // Made by a factory and asked for, so that the application disposes of it at its end, when no process is left.
            builder.Services.AddSingleton(_ => folder);
            builder.Eventing.Subscribe<BeforeStartEvent>((e, _) => Task.FromResult(e.Services.GetRequiredService<StateFolder>()));
            return folder;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new DistributedApplicationException($"apphost: another run of this AppHost uses {path}. Stop it first, or set XDG_STATE_HOME to another folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"apphost: {e.Message.TrimEnd('.')}. Free some disk space, or make the folder writable.", e);
        }
    }

    public string FolderOf(string resource) => CreateFolder(Path.Combine(path, resource));

    public void Dispose()
    {
        runLock?.Dispose();
        if (IsThrowaway && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Only root lets others pass, to the folder of the user that runs PostgreSQL.</summary>
    private static string CreateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path).FullName
        : Directory.CreateDirectory(path, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnerOnly).FullName;

    /// <summary>Root's home is closed to the user that runs PostgreSQL, so root keeps state where the system does.</summary>
    private static string StateHome(string? chosen) =>
        !string.IsNullOrEmpty(chosen) ? chosen
        : Environment.IsPrivilegedProcess ? "/var/lib"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
}
