using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Bench.Gateway;

/// <summary>A registered user, who creates and revokes API keys.</summary>
internal sealed class Account : IDisposable
{
    private const string Password = "a long one of the bench";

    private readonly string email = $"{Guid.CreateVersion7():N}@example.com";
    private readonly HttpClient client;

    private Account(Uri gateway) => client = new() { BaseAddress = gateway };

    public static async Task<Account> RegisterAsync(Uri gateway, CancellationToken ct)
    {
        var account = new Account(gateway);
        var session = await account.PostAsync("register", new { email = account.email, password = Password, name = "Ada" }, ct);
        account.client.DefaultRequestHeaders.Authorization = new("Bearer", TokenIn(session));
        return account;
    }

    public async Task<(string Id, string Text)> CreateKeyAsync(CancellationToken ct, int? limit = null)
    {
        var made = await PostAsync("api-keys", new { name = "bench", rate_limit = limit }, ct);
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    public async Task RevokeKeyAsync(string id, CancellationToken ct)
    {
        using var answer = await client.DeleteAsync($"/api/v1/auth/api-keys/{id}", ct);
        answer.EnsureSuccessStatusCode();
    }

    private static string TokenIn(JsonElement answer) => answer.GetProperty("session").GetProperty("access_token").GetString()!;

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken ct)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/auth/{path}", body, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    public void Dispose() => client.Dispose();
}
