using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Secrets;

/// <summary>Uses every secret there is, rightly and wrongly; afterwards none is in the graph's Redis, nor in a line that a part of it wrote. The run ends with the same look.</summary>
public sealed class NoSecretLeavesATraceTests(GaiaApp gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passwords_tokens_keys_and_emails_are_neither_in_Redis_nor_in_the_log()
    {
        using var client = gaia.Gateway();
        var email = AuthApi.SomeEmail();
        var user = SignedIn.Of(await Post(client, HttpStatusCode.Created, "register", new { email, password = AuthApi.Password, name = "Ada" }));
        await Post(client, HttpStatusCode.Conflict, "register", new { email, password = AuthApi.Password, name = "Ada" });
        await Post(client, HttpStatusCode.Unauthorized, "login", new { email, password = AuthServer.AdminPassword });
        await Post(client, HttpStatusCode.BadRequest, "login", email);
        var refreshed = SignedIn.Of(await Post(client, HttpStatusCode.OK, "refresh", new { refresh_token = user.RefreshToken }));

        client.DefaultRequestHeaders.Authorization = new("Bearer", refreshed.AccessToken);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var key = (await Post(client, HttpStatusCode.Created, "api-keys", new { name = "a key" })).GetProperty("key").GetString()!;
        client.DefaultRequestHeaders.Remove("Idempotency-Key");
        await Post(client, HttpStatusCode.OK, "validate", new { token = refreshed.AccessToken, api_key = key });
        await Get(client, HttpStatusCode.OK, "/api/v1/auth/me");
        await Get(client, HttpStatusCode.OK, "/api/v1/conversations");

        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        await Get(client, HttpStatusCode.OK, "/api/v1/chat/personas");
        await Get(client, HttpStatusCode.NotFound, $"/api/v1/assets/{Guid.CreateVersion7()}");
        client.DefaultRequestHeaders.Authorization = new("Bearer", refreshed.AccessToken[..^5] + "AAAAA");
        await Get(client, HttpStatusCode.Unauthorized, "/api/v1/auth/me");
        client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKeyText.Create("dev"));
        await Get(client, HttpStatusCode.Unauthorized, "/api/v1/auth/me");

        Assert.Empty(await gaia.Traces(Ct));
    }

    private static async Task<JsonElement> Post(HttpClient client, HttpStatusCode status, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/auth/{path}", body, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task Get(HttpClient client, HttpStatusCode status, string path)
    {
        using var answer = await client.GetAsync(path, Ct);
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode}");
    }
}
