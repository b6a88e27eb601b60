using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gaia.Bench.Load;

/// <summary>One HTTP/1.1 connection that carries one request at a time: as little client as possible, so that the server is what is measured.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs receiving = new();
    private readonly byte[] request;
    private readonly byte[] mark;
    private readonly Action<long> arrived;
    private readonly Action<LoadConnection, string?> answered;
    private byte[] buffer = new byte[16 << 10];
    private int length;
    private int body;
    private long due;
    private bool hasArrived;

    /// <param name="mark">What a request waits for; empty for the whole answer.</param>
    /// <param name="arrived">Told when that came: with the time when the request was due.</param>
    /// <param name="answered">Told when the answer is whole, or what is wrong with it.</param>
    public LoadConnection(Uri address, byte[] request, byte[] mark, Action<long> arrived, Action<LoadConnection, string?> answered)
    {
        (this.request, this.mark, this.arrived, this.answered) = (request, mark, arrived, answered);
        socket.Connect(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        receiving.Completed += (_, _) => Received();
    }

    public void Send(long dueAt)
    {
        (due, length, body, hasArrived) = (dueAt, 0, 0, false);
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
        if (length == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * length);
        }

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
            answered(this, $"The connection ended: {receiving.SocketError}");
            return;
        }

        length += receiving.BytesTransferred;
        ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
        var isWhole = IsWhole(text);
        if (!hasArrived && (mark.Length == 0 ? isWhole : text.IndexOf(mark) >= 0))
        {
            hasArrived = true;
            arrived(due);
        }

        if (isWhole)
        {
            answered(this, text.StartsWith("HTTP/1.1 2"u8) && hasArrived ? null : Encoding.ASCII.GetString(text));
        }
        else
        {
            Receive();
        }
    }

    private bool IsWhole(ReadOnlySpan<byte> text)
    {
        if (body == 0 && text.IndexOf("\r\n\r\n"u8) is > 0 and var head)
        {
            body = head + 4;
        }

        if (body == 0)
        {
            return false;
        }

        if (LengthOf(text[..body]) is { } announced)
        {
            return text.Length >= body + announced;
        }

        // Chunked, or without a body.
        return text.EndsWith("\r\n0\r\n\r\n"u8) || text.StartsWith("HTTP/1.1 204"u8) || text.StartsWith("HTTP/1.1 304"u8);
    }

    private static int? LengthOf(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        at = at < 0 ? head.IndexOf("\r\ncontent-length: "u8) : at;
        return at > 0 && Utf8Parser.TryParse(head[(at + "\r\nContent-Length: "u8.Length)..], out int announced, out _) ? announced : null;
    }
}
