using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Engine;

/// <summary>Spreads the connections to one port over the replicas behind it, one after another; a replica that does not answer is passed over.</summary>
internal sealed class Forwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<TcpListener> listeners = [];
    private readonly List<Task> accepting = [];
    private readonly int[] targets;
    private int turn = -1;

    public Forwarder(int port, string host, int[] targets)
    {
        this.targets = targets;
        var local = host is "localhost" or "127.0.0.1" or "[::1]";
        Listen(local ? IPAddress.Loopback : IPAddress.Any, port);
        if (Socket.OSSupportsIPv6)
        {
            Listen(local ? IPAddress.IPv6Loopback : IPAddress.IPv6Any, port);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(accepting);
        stopping.Dispose();
    }

    private void Listen(IPAddress address, int port)
    {
        try
        {
            var listener = new TcpListener(address, port);
            listener.Start();
            listeners.Add(listener);
            accepting.Add(AcceptAsync(listener));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // This machine has no such address: nobody will call it.
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                _ = ForwardAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The caller has gone, or the forwarder stops.
            }
        }
    }

    private async Task ForwardAsync(TcpClient caller)
    {
        using (caller)
        {
            try
            {
                using var replica = await ConnectAsync();
                if (replica is not null)
                {
                    caller.NoDelay = replica.NoDelay = true;
                    await Task.WhenAll(CopyAsync(caller, replica), CopyAsync(replica, caller));
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side has hung up, and so does the other.
            }
        }
    }

    private async Task<TcpClient?> ConnectAsync()
    {
        for (var attempt = 0; attempt < targets.Length; attempt++)
        {
            var client = new TcpClient();
            try
            {
                var target = targets[(Interlocked.Increment(ref turn) & int.MaxValue) % targets.Length];
                await client.ConnectAsync("localhost", target, stopping.Token);
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
            }
        }

        return null;
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), stopping.Token);
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // Broken, not finished: the other direction has nothing to wait for.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
