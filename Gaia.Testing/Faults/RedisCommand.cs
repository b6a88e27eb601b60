using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gaia.Testing.Faults;

/// <summary>The few lines of Redis' protocol that a launcher needs, so that the servers start without a client library.</summary>
internal static class RedisCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">The server did not answer, or answered by an error.</exception>
    public static async Task<string> SendAsync(string host, int port, string? password, string command, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(Deadline);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, timeout.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            if (password is not null)
            {
                await RoundTripAsync(client, reader, $"AUTH {password}", timeout.Token);
            }

            return await RoundTripAsync(client, reader, command, timeout.Token);
        }
        catch (SocketException refused)
        {
            throw new IOException("Redis cannot be reached.", refused);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new IOException("Redis did not answer.", late);
        }
    }

    private static async Task<string> RoundTripAsync(TcpClient client, StreamReader reader, string command, CancellationToken ct)
    {
        // An inline command: Redis takes a plain line as well as its array form.
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"), ct);
        var line = await reader.ReadLineAsync(ct) ?? throw new IOException("Redis closed the connection.");
        switch (line[0])
        {
            case '-':
                throw new IOException($"Redis: {line[1..]}");
            case '$' when int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) is var length and >= 0:
                var bulk = new char[length];
                await reader.ReadBlockAsync(bulk, ct);
                return new(bulk);
            default:
                return line[1..];
        }
    }
}
