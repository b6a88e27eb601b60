using System.Net.Sockets;
using System.Text;

namespace Gaia.Tests.Admission;

/// <summary>Speaks HTTP/1.1 as no client library would.</summary>
internal static class RawHttp
{
    /// <summary>Sends text as it stands and reads until the server closes the connection.</summary>
    /// <returns>The status lines of all answers, such as "HTTP/1.1 400 Bad Request".</returns>
    public static async Task<IReadOnlyList<string>> SendAsync(Uri server, string text, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, ct);
        await using var stream = client.GetStream();
        var answers = ReadAsync(stream, ct);
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), ct);
        }
        catch (IOException)
        {
            // The server has answered and closed before it was told everything.
        }

        return [.. (await answers).Split('\n').Where(line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)).Select(line => line.TrimEnd())];
    }

    /// <summary>Sends the head of a request, and then the same piece of its body over and over until there is an answer.</summary>
    /// <param name="most">Pieces, after which it gives up.</param>
    /// <returns>The first line of the answer.</returns>
    public static async Task<string> SendEndlesslyAsync(Uri server, string head, byte[] piece, int most, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, ct);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), ct);
        var answer = reader.ReadLineAsync(ct).AsTask();
        try
        {
            for (var i = 0; i < most && !answer.IsCompleted; i++)
            {
                await stream.WriteAsync(piece, ct);
            }
        }
        catch (IOException)
        {
            // As above.
        }

        return await answer ?? "no answer";
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, ct);
        }
        catch (IOException)
        {
            // Reset: what came before counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
