using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Gaia.Bench.Load;

/// <summary>One HTTP/1.1 connection that carries one request at a time: as little client as possible, so that the server is what is measured.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs receiving = new();
    private readonly byte[] request;
    private readonly Action<LoadConnection, long, string?> answered;
    private readonly byte[] buffer = new byte[1 << 20];
    private int length;
    private long due;

    /// <param name="answered">Told when the request was due, and what is wrong with its answer, if anything.</param>
    public LoadConnection(Uri address, byte[] request, Action<LoadConnection, long, string?> answered)
    {
        (this.request, this.answered) = (request, answered);
        socket.Connect(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        receiving.Completed += (_, _) => Received();
    }

    public void Send(long dueAt)
    {
        (due, length) = (dueAt, 0);
        socket.Send(request);
        Receive();
    }

    public void Dispose()
    {
        socket.Dispose();
        receiving.Dispose();
    }

    private void Receive()
    {
        receiving.SetBuffer(buffer, length, buffer.Length - length);
        if (!socket.ReceiveAsync(receiving))
        {
            Received();
        }
    }

    private void Received()
    {
        if (receiving.SocketError != SocketError.Success || receiving.BytesTransferred == 0)
        {
            answered(this, due, $"The connection ended: {receiving.SocketError}");
            return;
        }

        length += receiving.BytesTransferred;
        ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
        if (IsWhole(text))
        {
            answered(this, due, text.StartsWith("HTTP/1.1 2"u8) ? null : System.Text.Encoding.ASCII.GetString(text));
        }
        else
        {
            Receive();
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("\r\n\r\n"u8) is not (> 0 and var head))
        {
            return false;
        }

        if (text[..head].IndexOf("\r\nContent-Length: "u8) is > 0 and var announced
            && Utf8Parser.TryParse(text[(announced + "\r\nContent-Length: "u8.Length)..], out int body, out _))
        {
            return text.Length >= head + 4 + body;
        }

        // Chunked, or without a body.
        return text.EndsWith("\r\n0\r\n\r\n"u8) || text.StartsWith("HTTP/1.1 204"u8) || text.StartsWith("HTTP/1.1 304"u8);
    }
}
