using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Tests.Assets;

/// <summary>A caller for whom the gateway vouches.</summary>
public sealed class AssetUser : HttpClient
{
    private const string Assets = "/api/v1/assets";

    public AssetUser(Uri server, Guid id, string[] scopes)
        : base(new Vouching(new Principal(id, AuthType.ApiKey, "test", scopes, null)), disposeHandler: true)
    {
        BaseAddress = server;
        Id = id;
    }

    public Guid Id { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Somebody with no credential at all.</summary>
    public static HttpClient Nobody(Uri server) => new(new Vouching(Principal.Anonymous)) { BaseAddress = server };

    public Task<HttpResponseMessage> UploadRawAsync(byte[] content, string? type, string? name = null)
    {
        var body = new ByteArrayContent(content);
        if (type is not null)
        {
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        return PostAsync(name is null ? Assets : $"{Assets}?name={Uri.EscapeDataString(name)}", body, Ct);
    }

    public async Task<HttpResponseMessage> UploadFormAsync(byte[] content, string type, string fileName)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        form.Add(file, "file", fileName);
        return await PostAsync(Assets, form, Ct);
    }

    public async Task<JsonElement> UploadAsync(byte[] content, string? type = null, string? name = null)
    {
        using var answer = await UploadRawAsync(content, type, name);
        return await ReadAsync(answer, HttpStatusCode.Created);
    }

    public async Task<JsonElement> JsonAsync(string path)
    {
        using var answer = await GetAsync(path, Ct);
        return await ReadAsync(answer, HttpStatusCode.OK);
    }

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await SendAsync(request, Ct);
        return answer.StatusCode;
    }

    public async Task<string> SignAsync(JsonElement asset, object request)
    {
        using var answer = await this.PostAsJsonAsync($"{Assets}/{asset.Id()}/sign", request, Ct);
        return (await ReadAsync(answer, HttpStatusCode.OK)).GetProperty("url").GetString()!;
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private sealed class Vouching(Principal principal) : DelegatingHandler(new SocketsHttpHandler())
    {
        private static readonly InternalIdentity Identity = new(Options.Create(new IdentityOptions { Key = AssetFixture.IdentityKey }), TimeProvider.System);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add(InternalIdentity.Header, Identity.Mint(principal));
            return base.SendAsync(request, cancellationToken);
        }
    }
}

internal static class AssetJson
{
    public static Guid Id(this JsonElement asset) => asset.GetProperty("id").GetGuid();

    public static string Url(this JsonElement asset) => asset.GetProperty("url").GetString()!;
}
