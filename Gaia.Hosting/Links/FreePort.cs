using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gaia.Hosting;

/// <summary>Finds loopback ports that nobody listens on, each given out once.</summary>
public static class FreePort
{
    // Below the range from which systems take source ports. Otherwise a client that keeps dialling a stopped server
    // can be given the server's own port, connect to itself and keep the server from ever starting again.
    private const int Lowest = 15_000;
    private const int Highest = 30_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (Given.TryAdd(port, true) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
