using System.Net;

namespace Gaia.Bench.Gateway;

/// <summary>Sends requests with one API key to one gateway.</summary>
internal sealed class ApiKeyClient(Uri gateway, string key)
{
    private static readonly HttpClient Client = new();

    private readonly Uri address = new(gateway, GatewayScenario.Path);

    public async Task<HttpStatusCode> GetStatusAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("X-API-Key", key);
        using var answer = await Client.SendAsync(request, ct);
        return answer.StatusCode;
    }

    /// <exception cref="InvalidOperationException">The response was not 200.</exception>
    public async Task EnsureSuccessAsync(CancellationToken ct)
    {
        if (await GetStatusAsync(ct) is not HttpStatusCode.OK and var status)
        {
            throw new InvalidOperationException($"{address} answered {status}.");
        }
    }
}
