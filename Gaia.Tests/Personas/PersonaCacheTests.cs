using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Faults;
using StackExchange.Redis;

namespace Gaia.Tests.Personas;

/// <summary>The keys of the seed guide, as its readers look at them with redis-cli.</summary>
public class PersonaCacheTests(GaiaApp gaia)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task A_persona_that_was_read_stands_in_Redis_as_JSON_for_an_hour_at_most()
    {
        using var developer = gaia.Developer();
        var list = await developer.GetFromJsonAsync<JsonElement>(Path, TestContext.Current.CancellationToken);
        var id = list.GetProperty("personas")[0].GetProperty("id").GetString();

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
        await developer.GetStringAsync(Path, TestContext.Current.CancellationToken);
        var key = $"auth:api_key:{ApiKeyText.Hash(GaiaApp.DevelopmentKey)}";

        await ExpectStringAsync(key, TimeSpan.FromMinutes(10));

        Assert.DoesNotContain(GaiaApp.DevelopmentKey, (string)(await gaia.Redis().StringGetAsync(key))!, StringComparison.Ordinal);
    }

    private async Task ExpectStringAsync(string key, TimeSpan longest)
    {
        Assert.Equal(RedisType.String, await gaia.Redis().KeyTypeAsync(key));
        Assert.InRange((await gaia.Redis().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromTicks(1), longest);
    }
}
