using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Chat;

/// <summary>Which API key a call counts under, through the whole graph.</summary>
public sealed class UsageOfKeysTests(GaiaApp gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_counts_under_the_key_that_was_shown_or_exchanged_for_the_token_that_was()
    {
        using var developer = gaia.Developer();
        using var made = await developer.PostAsJsonAsync("/api/v1/auth/api-keys", new { name = "counted", scopes = new[] { Scopes.Chat } }, Ct);
        var key = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
        using var byKey = gaia.Gateway();
        byKey.DefaultRequestHeaders.Add("X-API-Key", key.GetProperty("key").GetString());
        using var exchanged = await byKey.PostAsync("/api/v1/auth/api-key-login", content: null, Ct);
        var token = (await exchanged.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("access_token").GetString();
        using var byToken = gaia.Gateway();
        byToken.DefaultRequestHeaders.Authorization = new("Bearer", token);

        foreach (var client in (HttpClient[])[byKey, byToken])
        {
            using var said = await client.PostAsJsonAsync("/v1/chat/completions", new { model = "persona:Mu", messages = new[] { new { role = "user", content = "Hello" } } }, Ct);
            said.EnsureSuccessStatusCode();
        }

        await Eventually.PassesAsync(
            async () =>
            {
                var summary = await developer.GetFromJsonAsync<JsonElement>("/api/v1/admin/usage?by=key&limit=10000", Ct);
                var counted = summary.GetProperty("groups").EnumerateArray().Single(group => group.GetProperty("key").GetString() == key.GetProperty("id").GetString());
                Assert.Equal(2, counted.GetProperty("calls").GetInt32());
            },
            ct: Ct);
    }
}
