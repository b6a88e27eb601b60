using System.Net;
using System.Net.Sockets;

namespace Gaia.AppHost;

internal static class LoopbackPort
{
    /// <exception cref="DistributedApplicationException">Somebody listens there.</exception>
    public static void EnsureFree(string resource, int port, string variable)
    {
        if (!IsFree(port))
        {
            throw new DistributedApplicationException($"{resource}: port {port} is taken. Stop the program that listens there, or set {variable} to another port.");
        }
    }

    public static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e)
        {
            // A machine without IPv6 on loopback cannot listen there, and neither can anybody else.
            return e.SocketErrorCode is SocketError.AddressNotAvailable;
        }
    }
}
