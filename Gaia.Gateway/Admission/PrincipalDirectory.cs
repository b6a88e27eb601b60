using System.Net;
using Gaia.Gateway.Forwarding;

namespace Gaia.Gateway.Admission;

/// <summary>Finds out who stands behind an API key: Auth knows.</summary>
internal sealed class PrincipalDirectory(ServiceClient services, InternalIdentity identity)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <returns>Null when no valid key has this text.</returns>
    /// <exception cref="HttpRequestException">Auth cannot be asked.</exception>
    public async Task<Principal?> FindByApiKey(string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Resources.Auth}/internal/principals/api-keys/{ApiKeyText.Hash(key)}");
        request.Headers.Add(InternalIdentity.Header, identity.Mint(Principal.Anonymous));

        using var response = await services.Send(request, Deadline, ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Principal>(ct);
    }
}
