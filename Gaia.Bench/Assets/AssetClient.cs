using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Bench.Load;
using Gaia.Bench.Servers;
using Microsoft.Extensions.Options;

namespace Gaia.Bench.Assets;

/// <summary>A client of Gaia.Asset with an identity that is signed here, as the gateway would.</summary>
internal sealed class AssetClient : IDisposable
{
    /// <summary>Longer than any benchmark runs.</summary>
    public static readonly TimeSpan IdentityLifetime = TimeSpan.FromMinutes(10);

    private readonly HttpClient client;
    private readonly string identity;

    public AssetClient(Uri service)
    {
        var mint = new InternalIdentity(Options.Create(new IdentityOptions { Key = GaiaGraph.IdentityKey, Lifetime = IdentityLifetime }), TimeProvider.System);
        identity = mint.Mint(new Principal(Guid.CreateVersion7(), AuthType.ApiKey, "bench", [Scopes.AssetsWrite], null));
        client = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = service };
        client.DefaultRequestHeaders.Add(InternalIdentity.Header, identity);
    }

    public Target Target(string path, params (string Name, string Value)[] headers) => new(new Uri(client.BaseAddress!, path), [(InternalIdentity.Header, identity), .. headers]);

    /// <returns>The URL of the content.</returns>
    public async Task<string> UploadAsync(byte[] content, string type, CancellationToken ct)
    {
        using var body = new ByteArrayContent(content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        using var answer = await client.PostAsync("/api/v1/assets", body, ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("url").GetString()!;
    }

    public Task<HttpResponseMessage> GetAsync(string path, CancellationToken ct) => client.GetAsync(path, ct);

    public void Dispose() => client.Dispose();
}
