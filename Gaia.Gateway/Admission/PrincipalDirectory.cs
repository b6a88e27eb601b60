using System.Net;
using System.Text.Json;
using Gaia.Caching;
using Gaia.Gateway.Forwarding;

namespace Gaia.Gateway.Admission;

/// <summary>Finds out who stands behind an API key: Auth knows, the cache remembers. A hash stands for the key everywhere.</summary>
internal sealed class PrincipalDirectory(RegionCache<string, Principal> cached, ServiceClient services, InternalIdentity identity)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <returns>Null when no valid key has this text.</returns>
    /// <exception cref="HttpRequestException">Auth cannot be asked.</exception>
    public async Task<Principal?> FindByApiKey(string key, CancellationToken ct) => (await cached.GetAsync(ApiKeyText.Hash(key), AskAuth, ct)).Value;

    private async Task<Principal?> AskAuth(string hash, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Resources.Auth}/internal/principals/api-keys/{hash}");
        request.Headers.Add(InternalIdentity.Header, identity.Mint(GatewayPrincipal.Instance));

        using var response = await services.Send(request, Deadline, ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<PrincipalSnapshot>(Json, ct))?.Principal;
    }
}

internal static class PrincipalCache
{
    private static readonly Region<string, Principal> ApiKeys = new("auth.api_key", "auth:api_key:") { Expires = principal => principal.ExpiresAt, Sensitive = true };

    public static void AddPrincipals(this CachingOptions cache, CacheTtlOptions ttl) => cache.Region(ApiKeys with { Ttl = ttl.ApiKey });
}
