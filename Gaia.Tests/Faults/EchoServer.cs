using System.Net;
using System.Net.Sockets;

namespace Gaia.Tests.Faults;

/// <summary>Sends back what it gets.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task echoing;

    public EchoServer()
    {
        listener.Start();
        echoing = EchoAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await echoing;
    }

    private async Task EchoAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                clients.Add(AnswerAsync(socket));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }

        static async Task AnswerAsync(Socket socket)
        {
            try
            {
                await using var stream = new NetworkStream(socket, ownsSocket: true);
                await stream.CopyToAsync(stream);
            }
            catch (IOException)
            {
                // The proxy broke the connection, as the tests want it to.
            }
        }
    }
}
