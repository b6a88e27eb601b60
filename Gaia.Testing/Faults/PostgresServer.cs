using System.Globalization;

namespace Gaia.Testing.Faults;

/// <summary>A Postgres that does not wait for its disk: it survives a kill of its processes, not of the machine.</summary>
public sealed class PostgresServer : LocalServer
{
    private readonly int? primary;

    private PostgresServer(int? primary) => this.primary = primary;

    public static Task<PostgresServer> StartAsync(CancellationToken ct = default) => StartAsync(new PostgresServer(primary: null), ct);

    /// <summary>A standby that follows a primary: it is read only until it is promoted.</summary>
    /// <param name="primary">The primary's port, or that of a proxy in front of it.</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<PostgresServer> StartStandbyAsync(int primary, CancellationToken ct = default) => StartAsync(new PostgresServer(primary), ct);

    /// <summary>For Npgsql, as the superuser of the database "postgres".</summary>
    public string ConnectionString => ConnectionStringTo("postgres");

    /// <summary>For Npgsql, by way of a proxy's port if given.</summary>
    public string ConnectionStringTo(string database, int? port = null) =>
        $"Host=127.0.0.1;Port={port ?? Port};Username=postgres;Database={database}";

    // Postgres refuses to run as root.
    protected override string? User => Environment.IsPrivilegedProcess ? "postgres" : null;

    protected override IEnumerable<string> CommandLine =>
    [
        Tool("postgres"),
        "-D", Data,
        "-p", Port.ToString(CultureInfo.InvariantCulture),
        .. Setting("listen_addresses", "127.0.0.1"),
        .. Setting("unix_socket_directories", ""),
        .. Setting("fsync", "off"),
        .. Setting("synchronous_commit", "off"),
        .. Setting("full_page_writes", "off"),
        .. Setting("shared_buffers", "32MB"),
        // Shared memory that a kill leaves behind then lies in the data folder and goes with it.
        .. Setting("dynamic_shared_memory_type", "mmap"),
        // A standby asks for a sign of life after half of that.
        .. Setting("wal_receiver_timeout", "4s"),
    ];

    protected override Task PrepareAsync(CancellationToken ct) => RunToolAsync(
        primary is { } port
            ? [Tool("pg_basebackup"), "-D", Data, "--host=127.0.0.1", $"--port={port}", "--username=postgres", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
            : [Tool("initdb"), "-D", Data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
        ct);

    /// <summary>The server itself notes its process id in the first line of its lock file, and its state in the eighth.</summary>
    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            return await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"), ct) is [var pid, _, _, _, _, _, _, var state, ..]
                && int.Parse(pid, CultureInfo.InvariantCulture) == ProcessId
                && state.Trim() is "ready" or "standby";
        }
        catch (FileNotFoundException)
        {
            // Not written yet; or it is that of a killed server, which the next one removes first.
            return false;
        }
    }

    // SIGTERM would wait until every client has left.
    protected override Task AskToEndAsync(int pid, CancellationToken ct) => ProcessControl.InterruptAsync(pid, ct);

    /// <summary>Ends in order, as a killed Postgres leaves a segment of shared memory behind.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await ThawAsync();
            await TerminateAsync();
        }

        await base.DisposeAsync();
    }

    private static string[] Setting(string name, string value) => ["-c", $"{name}={value}"];

    /// <summary>Debian keeps the server's programs out of the path, one folder per version; the newest is taken.</summary>
    private static string Tool(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateFiles("/usr/lib/postgresql", name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() ?? name
            : name;
}
