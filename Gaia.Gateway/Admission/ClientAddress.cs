using System.Net;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Determines the client address of a request. Forwarded headers count only when they come from a configured proxy, or on Fly from Fly's: otherwise a caller
/// could use up the quota of another.
/// </summary>
internal sealed class ClientAddress(IOptions<ProxyOptions> options, IConfiguration configuration)
{
    private const string ForwardedFor = "X-Forwarded-For";
    private const string FlyClientAddress = "Fly-Client-IP";

    private readonly IPNetwork[] proxies = options.Value.Networks();

    /// <summary>Set by Fly in every machine. There, nothing reaches the process but by way of Fly's proxy, which replaces the header.</summary>
    private readonly bool onFly = configuration["FLY_APP_NAME"] is { Length: > 0 };

    public IPAddress Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (onFly && context.Request.Headers[FlyClientAddress] is [{ } said] && IPAddress.TryParse(said, out var client))
        {
            return client;
        }

        return proxies.Length > 0 && IsProxy(address) ? BehindProxies(address, context.Request.Headers[ForwardedFor]) : address;
    }

    /// <summary>Each proxy appends the address it received the request from, so the last one that is no trusted proxy is the client. Those before it are unverified.</summary>
    private IPAddress BehindProxies(IPAddress address, IEnumerable<string?> headers)
    {
        var path = string.Join(',', headers).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = path.Length - 1; i >= 0 && IsProxy(address); i--)
        {
            if (!IPEndPoint.TryParse(path[i], out var hop))
            {
                break;
            }

            address = hop.Address;
        }

        return address;
    }

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(proxies, network => network.Contains(plain));
    }
}
