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
        var user = SignedIn.Of(await PostAsync(client, HttpStatusCode.Created, "register", new { email, password = AuthApi.Password, name = "Ada" }));
        await PostAsync(client, HttpStatusCode.Conflict, "register", new { email, password = AuthApi.Password, name = "Ada" });
        await PostAsync(client, HttpStatusCode.Unauthorized, "login", new { email, password = AuthServer.AdminPassword });
        await PostAsync(client, HttpStatusCode.BadRequest, "login", email);
        var refreshed = SignedIn.Of(await PostAsync(client, HttpStatusCode.OK, "refresh", new { refresh_token = user.RefreshToken }));

        client.DefaultRequestHeaders.Authorization = new("Bearer", refreshed.AccessToken);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var key = (await PostAsync(client, HttpStatusCode.Created, "api-keys", new { name = "a key" })).GetProperty("key").GetString()!;
        client.DefaultRequestHeaders.Remove("Idempotency-Key");
        await PostAsync(client, HttpStatusCode.OK, "validate", new { token = refreshed.AccessToken, api_key = key });
        await GetAsync(client, HttpStatusCode.OK, "/api/v1/auth/me");
        await GetAsync(client, HttpStatusCode.OK, "/api/v1/conversations");

        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        await GetAsync(client, HttpStatusCode.OK, "/api/v1/chat/personas");
        await GetAsync(client, HttpStatusCode.NotFound, $"/api/v1/assets/{Guid.CreateVersion7()}");
        client.DefaultRequestHeaders.Authorization = new("Bearer", refreshed.AccessToken[..^5] + "AAAAA");
        await GetAsync(client, HttpStatusCode.Unauthorized, "/api/v1/auth/me");
        client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKeyText.Create("dev"));
        await GetAsync(client, HttpStatusCode.Unauthorized, "/api/v1/auth/me");

        Assert.Empty(await gaia.TracesAsync(Ct));
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, HttpStatusCode status, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/auth/{path}", body, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task GetAsync(HttpClient client, HttpStatusCode status, string path)
    {
        using var answer = await client.GetAsync(path, Ct);
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode}");
    }
}
