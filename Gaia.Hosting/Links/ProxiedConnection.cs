using System.Net.Sockets;

namespace Gaia.Hosting;

/// <summary>One client of a <see cref="FaultProxy"/> with its connection to the target.</summary>
internal sealed class ProxiedConnection(FaultProxy proxy, Socket client) : IDisposable
{
    private readonly Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource closing = new();
    private int closed;

    public async Task RunAsync(string host, int port)
    {
        try
        {
            client.NoDelay = true;
            await target.ConnectAsync(host, port, closing.Token);
            await Task.WhenAll(
                ForwardAsync(client, target, proxy.CountToTarget),
                ForwardAsync(target, client, proxy.CountToClients));
        }
        catch (Exception refused) when (IsEnd(refused))
        {
            Close(reset: true);
        }
    }

    public void Dispose() => Close(reset: false);

    public void Close(bool reset)
    {
        if (Interlocked.Exchange(ref closed, 1) == 1)
        {
            return;
        }

        foreach (var socket in (Socket[])[client, target])
        {
            if (reset)
            {
                // A linger time of zero makes close() send RST instead of FIN.
                socket.Close(timeout: 0);
            }
            else
            {
                Finish(socket);
            }
        }

        closing.Cancel();
        closing.Dispose();
    }

    /// <summary>Closes by FIN, for certain: disposing a socket that is being read from may send RST.</summary>
    private static void Finish(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It was not connected, or not any more.
        }

        socket.Dispose();
    }

    private async Task ForwardAsync(Socket from, Socket to, Action<int> count)
    {
        try
        {
            await new LinkDirection(() => proxy.Condition, from, to, count).RunAsync(closing.Token);
        }
        catch (Exception broken) when (IsEnd(broken))
        {
            // One end broke off: the other must learn it the same way.
            Close(reset: true);
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is SocketException or ObjectDisposedException or OperationCanceledException;
}
