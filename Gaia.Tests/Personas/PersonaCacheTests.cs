using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;

namespace Gaia.Tests.Personas;

/// <summary>
/// The keys of the seed guide, as its readers look at them with redis-cli. What is read is new: a node may keep what it read while Redis was away, without Redis.
/// </summary>
public class PersonaCacheTests(GaiaApp gaia)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task A_persona_that_was_read_stands_in_Redis_as_JSON_for_an_hour_at_most()
    {
        using var developer = gaia.Developer();
        var id = await CreatePersonaAsync(developer);

        // Another test may flush between the read and the look.
        await Eventually.PassesAsync(
            async () =>
            {
                await developer.GetStringAsync($"{Path}/{id}", TestContext.Current.CancellationToken);
                await ExpectStringAsync($"persona:{id}", TimeSpan.FromHours(1));

                var value = JsonElement.Parse((string)(await gaia.Redis().StringGetAsync($"persona:{id}"))!);
                Assert.Equal("v", value.EnumerateObject().First().Name);
                Assert.Equal(id, value.GetProperty("d").GetProperty("id").GetString());
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("", "personas:list:active")]
    [InlineData("?active_only=false", "personas:list:all")]
    public async Task A_list_that_was_read_stands_in_Redis_for_five_minutes_at_most(string query, string key)
    {
        using var developer = gaia.Developer();
        await CreatePersonaAsync(developer);

        // Another test may invalidate the list between the read and the look.
        await Eventually.PassesAsync(
            async () =>
            {
                await developer.GetStringAsync(Path + query, TestContext.Current.CancellationToken);
                await ExpectStringAsync(key, TimeSpan.FromMinutes(5));
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_key_that_was_shown_stands_in_Redis_as_a_hash_for_ten_minutes_at_most()
    {
        using var developer = gaia.Developer();
        using var made = await developer.PostAsJsonAsync("/api/v1/auth/api-keys", new { name = "a new key" }, TestContext.Current.CancellationToken);
        var text = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("key").GetString()!;
        using var owner = gaia.Gateway();
        owner.DefaultRequestHeaders.Add("X-API-Key", text);
        var key = $"auth:api_key:{ApiKeyText.Hash(text)}";

        // Another test may flush between the request and the look.
        await Eventually.PassesAsync(
            async () =>
            {
                await owner.GetStringAsync(Path, TestContext.Current.CancellationToken);
                await ExpectStringAsync(key, TimeSpan.FromMinutes(10));
                Assert.DoesNotContain(text, (string)(await gaia.Redis().StringGetAsync(key))!, StringComparison.Ordinal);
            },
            ct: TestContext.Current.CancellationToken);
    }

    /// <returns>Its id.</returns>
    private static async Task<string> CreatePersonaAsync(HttpClient developer)
    {
        using var created = await developer.PostAsJsonAsync(
            Path,
            new { name = $"Muse {Guid.CreateVersion7()}", description = "Kind", system_prompt = "You are kind." },
            TestContext.Current.CancellationToken);
        var answer = await created.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return answer.GetProperty("persona").GetProperty("id").GetString()!;
    }

    private async Task ExpectStringAsync(string key, TimeSpan longest)
    {
        Assert.Equal(RedisType.String, await gaia.Redis().KeyTypeAsync(key));
        Assert.InRange((await gaia.Redis().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromTicks(1), longest);
    }
}
