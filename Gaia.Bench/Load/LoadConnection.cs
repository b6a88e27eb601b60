using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gaia.Bench.Load;

/// <summary>An HTTP/1.1 connection with one request at a time: the least possible client, so that the server is what is measured.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs receiving = new();
    private readonly byte[] request;
    private readonly byte[] marker;
    private readonly Action<long> onMatched;
    private readonly Action<LoadConnection, string?> onCompleted;
    private byte[] buffer = new byte[16 << 10];
    private int length;
    private int body;
    private long due;
    private bool isMatched;

    /// <param name="marker">The bytes that end the measured time; empty for the end of the response.</param>
    /// <param name="onMatched">Called when the marker was read, with the time at which the request was due.</param>
    /// <param name="onCompleted">Called when the response is complete, with the error if there is one.</param>
    public LoadConnection(Uri address, byte[] request, byte[] marker, Action<long> onMatched, Action<LoadConnection, string?> onCompleted)
    {
        (this.request, this.marker, this.onMatched, this.onCompleted) = (request, marker, onMatched, onCompleted);
        socket.Connect(new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        receiving.Completed += (_, _) => OnReceived();
    }

    public void Send(long dueAt)
    {
        (due, length, body, isMatched) = (dueAt, 0, 0, false);
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
            OnReceived();
        }
    }

    private void OnReceived()
    {
        if (receiving.SocketError != SocketError.Success || receiving.BytesTransferred == 0)
        {
            onCompleted(this, $"The connection ended: {receiving.SocketError}");
            return;
        }

        length += receiving.BytesTransferred;
        ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
        var isWhole = IsWhole(text);
        if (!isMatched && (marker.Length == 0 ? isWhole : text.IndexOf(marker) >= 0))
        {
            isMatched = true;
            onMatched(due);
        }

        if (isWhole)
        {
            onCompleted(this, text.StartsWith("HTTP/1.1 2"u8) && isMatched ? null : Encoding.ASCII.GetString(text));
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
