using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Admission;

/// <summary>What a credential has opened ends with it: streams that run, and links that its user has signed.</summary>
[Collection(ChatGatewayDefinition.Name)]
public sealed class RevokedWhileInUseTests(ChatGatewayFixture fixture, GaiaApp gaia)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/chat", false)]
    [InlineData("/api/v1/chat", true)]
    [InlineData("/v1/chat/completions", true)]
    public async Task A_stream_ends_when_its_credential_is_revoked(string path, bool withKey)
    {
        var api = new GatewayApi(fixture.One);
        var user = await api.SignUpAsync();
        var (id, key) = await api.CreateKeyAsync(user.AccessToken);
        using var script = fixture.Models.Play(new() { IsStepwise = true });
        using var client = new HttpClient { BaseAddress = fixture.Two.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new { model = ChatNodes.Model, stream = true, messages = new[] { new { role = "user", content = script.Key } } }),
        };
        request.Headers.Authorization = new("Bearer", withKey ? key : user.AccessToken);
        script.Step();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
        Assert.NotNull(await stream.ReadLineAsync(Ct));

        // Through the other gateway.
        await (withKey
            ? api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/auth/api-keys/{id}", token: user.AccessToken)
            : api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/logout", token: user.AccessToken));

        // The model says no more, so nothing else can end it.
        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadToEndAsync(Ct));
    }

    [Fact]
    public async Task A_stream_goes_on_when_something_else_is_revoked()
    {
        var api = new GatewayApi(fixture.One);
        var user = await api.SignUpAsync();
        var (id, _) = await api.CreateKeyAsync(user.AccessToken);
        using var script = fixture.Models.Play(new() { IsStepwise = true });
        using var client = new HttpClient { BaseAddress = fixture.One.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = ChatNodes.Model, stream = true, messages = new[] { new { role = "user", content = script.Key } } }),
        };
        request.Headers.Authorization = new("Bearer", user.AccessToken);
        script.Step();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);

        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/api/v1/auth/api-keys/{id}", token: user.AccessToken);
        script.Step(script.Words.Count);

        Assert.Contains("[DONE]", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_link_ends_when_its_user_is_disabled_and_works_again_afterwards()
    {
        using var ada = gaia.Gateway();
        using var registered = await ada.PostAsJsonAsync("/api/v1/auth/register", new { email = AuthApi.SomeEmail(), password = AuthApi.Password, name = "Ada" }, Ct);
        var user = SignedIn.Of(await registered.Content.ReadFromJsonAsync<JsonElement>(Ct));
        ada.DefaultRequestHeaders.Authorization = new("Bearer", user.AccessToken);
        using var uploaded = await ada.PostAsync(Assets, new StringContent("a secret"), Ct);
        var asset = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetGuid();
        using var signed = await ada.PostAsJsonAsync($"{Assets}/{asset}/sign", new { expires_in = 600 }, Ct);
        Assert.True(signed.Headers.CacheControl?.NoStore);
        var link = (await signed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("url").GetString()!;
        using var anyone = gaia.Gateway();
        using var developer = gaia.Developer();
        Assert.Equal("a secret", await anyone.GetStringAsync(link, Ct));

        await developer.PostAsync($"/api/v1/auth/users/{user.Id}/disable", null, Ct);
        await Becomes(HttpStatusCode.Forbidden);

        // Without the name of the user it is no link at all.
        using var nameless = await anyone.GetAsync(link.Replace($"owner={user.Id}&", "", StringComparison.Ordinal), Ct);
        Assert.Equal(HttpStatusCode.Forbidden, nameless.StatusCode);

        await developer.PostAsync($"/api/v1/auth/users/{user.Id}/enable", null, Ct);
        await Becomes(HttpStatusCode.OK);

        async Task Becomes(HttpStatusCode status) => await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await anyone.GetAsync(link, Ct);
                return answer.StatusCode == status;
            },
            ct: Ct);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("refresh")]
    [InlineData("api-keys")]
    [InlineData("api-key-login")]
    [InlineData("rotate")]
    public async Task No_cache_keeps_an_answer_with_a_credential(string what)
    {
        var api = new GatewayApi(fixture.One);
        var user = await api.SignUpAsync();
        var (id, key) = await api.CreateKeyAsync(user.AccessToken);

        using var answer = await (what switch
        {
            "login" => api.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new { email = user.Email, password = AuthApi.Password }),
            "refresh" => api.SendAsync(HttpMethod.Post, "/api/v1/auth/refresh", new { refresh_token = user.RefreshToken }),
            "api-keys" => api.SendAsync(HttpMethod.Post, "/api/v1/auth/api-keys", new { name = "a key" }, user.AccessToken),
            "api-key-login" => api.SendAsync(HttpMethod.Post, "/api/v1/auth/api-key-login", key: key),
            _ => api.SendAsync(HttpMethod.Post, $"/api/v1/auth/api-keys/{id}/rotate", token: user.AccessToken),
        });

        Assert.True(answer.IsSuccessStatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }
}
