using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

/// <summary>Speaks to one gateway as a client at an address of its own does.</summary>
internal sealed class GatewayApi(GaiaService gateway)
{
    public const string Me = "/api/v1/auth/me";

    private const string ForwardedFor = "X-Forwarded-For";

    private static readonly HttpClient Client = new();

    private readonly string address = ClientAddresses.Next();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? token = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway.Address, path));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("X-API-Key", key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Headers.Contains(ForwardedFor))
        {
            request.Headers.Add(ForwardedFor, address);
        }

        request.Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body));
        return await Client.SendAsync(request, Ct);
    }

    public async Task<HttpStatusCode> StatusOfAsync(string? token = null, string? key = null, string path = Me)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, token: token, key: key);
        return answer.StatusCode;
    }

    public async Task<JsonElement> ExpectAsync(HttpStatusCode status, HttpMethod method, string path, object? body = null, string? token = null, string? key = null)
    {
        using var answer = await SendAsync(method, path, body, token, key);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public async Task<SignedIn> SignUpAsync() => SignedIn.Of(await ExpectAsync(
        HttpStatusCode.Created, HttpMethod.Post, "/api/v1/auth/register", new { email = AuthApi.SomeEmail(), password = AuthApi.Password, name = "Ada" }));

    public async Task<SignedIn> SignInAsync(string email, string password = AuthApi.Password) =>
        SignedIn.Of(await ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/auth/login", new { email, password }));

    public Task<SignedIn> SignInAsAdministratorAsync() => SignInAsync(AuthServer.AdminEmail, AuthServer.AdminPassword);

    public async Task<(Guid Id, string Key)> CreateKeyAsync(string token)
    {
        var made = await ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/auth/api-keys", new { name = "a key" }, token);
        return (made.GetProperty("id").GetGuid(), made.GetProperty("key").GetString()!);
    }
}
