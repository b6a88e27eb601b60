using System.Net;

namespace Gaia.Bench.Gateway;

/// <summary>A client that shows one key at one gateway, request after request.</summary>
internal sealed class Asker(Uri gateway, string key)
{
    private static readonly HttpClient Client = new();

    private readonly Uri address = new(gateway, Scene.Path);

    public async Task<HttpStatusCode> AskAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("X-API-Key", key);
        using var answer = await Client.SendAsync(request, ct);
        return answer.StatusCode;
    }

    /// <exception cref="InvalidOperationException">The key was not let in.</exception>
    public async Task MustPassAsync(CancellationToken ct)
    {
        if (await AskAsync(ct) is not HttpStatusCode.OK and var status)
        {
            throw new InvalidOperationException($"{address} answered {status}.");
        }
    }
}
