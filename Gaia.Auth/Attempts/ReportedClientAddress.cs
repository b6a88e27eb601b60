using System.Net;
using System.Net.Sockets;

namespace Gaia.Auth.Attempts;

/// <summary>Where the caller comes from, as the gateway says. Of an IPv6 address the network, since one customer has all of it.</summary>
internal sealed class ReportedClientAddress(IHttpContextAccessor accessor)
{
    private const string Header = "X-Gaia-Client-Address";
    private const int NetworkLength = 8;

    public string Text { get; } = TextOf(accessor.HttpContext!);

    private static string TextOf(HttpContext context)
    {
        var address = IPAddress.TryParse(context.Request.Headers[Header], out var told) ? told : context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : NetworkOf(address);
    }

    private static string NetworkOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkLength).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
