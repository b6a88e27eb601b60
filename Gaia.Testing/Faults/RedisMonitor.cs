using System.Net.Sockets;
using System.Text;

namespace Gaia.Testing.Faults;

/// <summary>What <c>redis-cli MONITOR</c> shows: every command that a server runs, from whomever.</summary>
public sealed class RedisMonitor : IDisposable
{
    private readonly RedisServer server;
    private readonly TcpClient client;
    private readonly StreamReader reader;

    private RedisMonitor(RedisServer server, TcpClient client) =>
        (this.server, this.client, reader) = (server, client, new StreamReader(client.GetStream(), Encoding.UTF8));

    /// <param name="server">One without a password.</param>
    /// <param name="ct">Ends the wait for its answer.</param>
    public static async Task<RedisMonitor> StartAsync(RedisServer server, CancellationToken ct)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Port, ct);
        await client.GetStream().WriteAsync("MONITOR\r\n"u8.ToArray(), ct);
        var monitor = new RedisMonitor(server, client);
        return await monitor.reader.ReadLineAsync(ct) is "+OK" ? monitor : throw new IOException("Redis does not let itself be monitored.");
    }

    /// <summary>The commands since the start or the last call, as Redis shows them: <c>"GET" "doc:1"</c>.</summary>
    public async Task<IReadOnlyList<string>> CommandsAsync(CancellationToken ct)
    {
        // Redis shows commands in the order in which it runs them.
        var end = Guid.NewGuid().ToString();
        await server.CommandAsync($"ECHO {end}", ct);
        List<string> commands = [];
        while (await reader.ReadLineAsync(ct) is { } line && !line.Contains(end, StringComparison.Ordinal))
        {
            commands.Add(line[(line.IndexOf(']') + 2)..]);
        }

        return commands;
    }

    public void Dispose()
    {
        reader.Dispose();
        client.Dispose();
    }
}
