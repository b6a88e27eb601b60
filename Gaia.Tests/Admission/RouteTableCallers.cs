using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

/// <summary>Who calls the routes of the table, and what these say of themselves: made once, as passwords take long to hash, and a key takes its time to expire.</summary>
public sealed class RouteTableCallers(GaiaApp gaia) : IAsyncLifetime
{
    private readonly Dictionary<string, string> keys = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The whole OpenAPI document.</summary>
    public JsonElement Description { get; private set; }

    /// <summary>A key that was good for everything, and is no longer.</summary>
    public string ExpiredKey { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var anyone = gaia.Gateway();
        Description = await anyone.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
        var end = DateTimeOffset.UtcNow.AddSeconds(10);
        ExpiredKey = await NewKeyAsync(new { name = "a brief key", expires_at = end });
        await Eventually.IsTrueAsync(() => DateTimeOffset.UtcNow > end, ct: Ct);
    }

    /// <summary>A key that may do just this.</summary>
    /// <param name="isNew">Whether nobody else has it, or has had it.</param>
    public async Task<string> KeyWithAsync(bool isNew = false, params string[] scopes)
    {
        var name = string.Join(' ', scopes);
        if (isNew || !keys.TryGetValue(name, out var key))
        {
            key = await NewKeyAsync(new { name = "a key", scopes });
        }

        return isNew ? key : keys[name] = key;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string> NewKeyAsync(object request)
    {
        using var client = gaia.Gateway();
        using var registered = await client.PostAsJsonAsync("/api/v1/auth/register", new { email = AuthApi.SomeEmail(), password = AuthApi.Password, name = "Ada" }, Ct);
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        var user = SignedIn.Of(await registered.Content.ReadFromJsonAsync<JsonElement>(Ct));
        client.DefaultRequestHeaders.Authorization = new("Bearer", user.AccessToken);
        using var made = await client.PostAsJsonAsync("/api/v1/auth/api-keys", request, Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("key").GetString()!;
    }
}
