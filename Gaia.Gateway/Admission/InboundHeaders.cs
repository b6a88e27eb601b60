using System.Collections.Frozen;
using System.Net;
using Gaia.Gateway.Conventions;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Admission;

/// <summary>Takes from a request whatever only the gateway may say, and the credential, which no service needs once the caller is known.</summary>
internal static class InboundHeaders
{
    /// <summary>Everything between the gateway and its services begins like this.</summary>
    public const string InternalPrefix = "X-Gaia-";

    /// <summary>The address of the caller, for Auth's throttle.</summary>
    public const string ClientAddress = "X-Gaia-Client-Address";

    private static readonly FrozenSet<string> Dropped = new[]
    {
        HeaderNames.Authorization, RequestCredentials.ApiKeyHeader, RequestCredentials.AzureApiKeyHeader,
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "Fly-Client-IP", "X-Original-URL", "X-Rewrite-URL",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void Clean(IHeaderDictionary headers, IPAddress address)
    {
        List<string>? found = null;
        foreach (var header in headers)
        {
            if (IsInternal(header.Key) || Dropped.Contains(header.Key))
            {
                (found ??= []).Add(header.Key);
            }
        }

        found?.ForEach(name => headers.Remove(name));
        headers[ClientAddress] = address.ToString();
    }

    private static bool IsInternal(string name) =>
        name.StartsWith(InternalPrefix, StringComparison.OrdinalIgnoreCase) && !name.Equals(PositionHeader.Name, StringComparison.OrdinalIgnoreCase);
}
