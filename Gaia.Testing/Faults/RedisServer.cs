using System.Globalization;

namespace Gaia.Testing.Faults;

/// <summary>A redis-server that keeps everything in memory only: a restart after a kill finds it empty.</summary>
public sealed class RedisServer : LocalServer
{
    private readonly string? password;
    private readonly RedisServer? primary;
    private readonly string[] arguments;

    private RedisServer(string? password, RedisServer? primary, string[] arguments)
    {
        this.password = password ?? primary?.password;
        this.primary = primary;
        this.arguments = arguments;
    }

    /// <param name="password">What clients must authenticate with; null admits everybody.</param>
    /// <param name="replicaOf">A primary to copy; the start waits until the first copy is complete.</param>
    /// <param name="arguments">Further command line arguments, such as "--appendonly", "yes".</param>
    /// <param name="ct">Ends the wait for readiness.</param>
    public static Task<RedisServer> StartAsync(
        string? password = null,
        RedisServer? replicaOf = null,
        string[]? arguments = null,
        CancellationToken ct = default) =>
        StartAsync(new RedisServer(password, replicaOf, arguments ?? []), ct);

    /// <summary>In another network.</summary>
    public static Task<RedisServer> StartAsync(NetworkNamespace network, CancellationToken ct = default) =>
        StartAsync(new RedisServer(null, null, ["--protected-mode", "no"]) { Network = network, Host = network.Address }, ct);

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => ConnectionStringAt(Port);

    /// <summary>For StackExchange.Redis, by way of a proxy's port.</summary>
    public string ConnectionStringAt(int port) => $"{Host}:{port}{(password is null ? "" : $",password={password}")}";

    /// <summary>Sends one command without blanks inside its arguments, and returns the reply as Redis wrote it.</summary>
    /// <exception cref="IOException">The server did not answer, or answered by an error.</exception>
    public Task<string> CommandAsync(string command, CancellationToken ct = default) => RedisCommand.SendAsync(Host, Port, password, command, ct);

    protected override IEnumerable<string> CommandLine =>
    [
        "redis-server",
        "--port", Text(Port),
        "--bind", Host,
        "--dir", Data,
        "--save", "",
        "--repl-diskless-sync-delay", "0",
        .. Option("--requirepass", password),
        .. Option("--masterauth", password),
        .. primary is null ? [] : (string[])["--replicaof", "127.0.0.1", Text(primary.Port)],
        .. arguments,
    ];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            await CommandAsync("PING", ct);
            return primary is null || (await CommandAsync("INFO replication", ct)).Contains("master_link_status:up", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
