using System.Net;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Where a request comes from. What a header says of it counts only when a proxy said it that is configured, or Fly's, on Fly: otherwise a caller could
/// choose whose quota to use up.
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

    /// <summary>Each proxy appends whom it heard from, so the last one that is no proxy of ours is the client; what stands before it is hearsay.</summary>
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
