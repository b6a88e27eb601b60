using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gaia.Tests.Secrets;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gaia.Tests.Auth;

/// <summary>Speaks to Auth as the gateway does: it has seen the caller's credential and says who it is.</summary>
internal sealed class AuthApi(AuthServer server, string identityKey = AuthServer.IdentityKey)
{
    public const string Path = "/api/v1/auth";
    public const string Password = "correct horse battery";

    public static readonly string[] OnlyChat = [Scopes.Chat];
    public static readonly string[] OnlyAdmin = [Scopes.Admin];

    private static readonly HttpClient Client = new();

    private readonly InternalIdentity identity = new(Options.Create(new IdentityOptions { Key = identityKey }), TimeProvider.System);

    /// <summary>Where the caller seems to come from. Everyone has an address of their own unless a test says otherwise.</summary>
    public string Address { get; init; } = ClientAddresses.Next();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string SomeEmail() => $"{Guid.NewGuid():n}@gaia.test";

    /// <summary>Who the gateway says is calling, once it has validated the token.</summary>
    public static Principal Bearer(string token)
    {
        var jwt = new JsonWebToken(token);
        return new(Guid.Parse(jwt.Subject), AuthType.Jwt, jwt.GetClaim("sid").Value, jwt.GetClaim("scope").Value.Split(' '), new(jwt.ValidTo, TimeSpan.Zero));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, Principal? caller = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path.StartsWith('/') ? path : $"{Path}/{path}"));
        request.Headers.Add(InternalIdentity.Header, identity.Mint(caller ?? Principal.Anonymous));
        request.Headers.Add("X-Gaia-Client-Address", Address);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        request.Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : body is null ? null : JsonContent.Create(body);
        return await Client.SendAsync(request, Ct);
    }

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null, Principal? caller = null) => SendAsync(HttpMethod.Post, path, body, caller);

    public Task<HttpResponseMessage> GetAsync(string path, Principal? caller = null) => SendAsync(HttpMethod.Get, path, caller: caller);

    public async Task<JsonElement> ExpectAsync(HttpStatusCode status, HttpMethod method, string path, object? body = null, Principal? caller = null, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(method, path, body, caller, headers);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public async Task<SignedIn> SignUpAsync(string? email = null) =>
        SignedIn.Of(await ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "register", new { email = email ?? SomeEmail(), password = Password, name = "Ada" }));

    public async Task<SignedIn> SignInAsync(string email, string password = Password) =>
        SignedIn.Of(await ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "login", new { email, password }));

    public Task<SignedIn> SignInAsAdministratorAsync() => SignInAsync(AuthServer.AdminEmail, AuthServer.AdminPassword);

    /// <summary>What Auth itself says of an access token, now.</summary>
    public async Task<bool> AcceptsAsync(string accessToken) =>
        (await ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "validate", new { token = accessToken })).GetProperty("valid").GetBoolean();

    /// <summary>What it answers the gateway about an API key.</summary>
    public async Task<PrincipalSnapshot?> FindByApiKeyAsync(string key)
    {
        using var answer = await GetAsync($"/internal/principals/api-keys/{ApiKeyText.Hash(key)}", GatewayPrincipal.Instance);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.Content.ReadFromJsonAsync<PrincipalSnapshot>(EventJson.Options, Ct);
    }

    public async Task<RevocationPage> RevocationsAsync(long after = 0)
    {
        using var answer = await GetAsync($"/internal/revocations?after={after}", GatewayPrincipal.Instance);
        return (await answer.Content.ReadFromJsonAsync<RevocationPage>(EventJson.Options, Ct))!;
    }
}

/// <summary>A user with a session.</summary>
internal sealed record SignedIn(Guid Id, string Email, string AccessToken, string RefreshToken)
{
    public Principal Principal => AuthApi.Bearer(AccessToken);

    public static SignedIn Of(JsonElement answer)
    {
        var (user, session) = (answer.GetProperty("user"), answer.GetProperty("session"));
        SecretScan.Remember(session.GetProperty("refresh_token").GetString()!);
        return new(
            user.GetProperty("id").GetGuid(),
            user.GetProperty("email").GetString()!,
            session.GetProperty("access_token").GetString()!,
            session.GetProperty("refresh_token").GetString()!);
    }
}
