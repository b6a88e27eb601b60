using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Caches;

public class CacheAdministrationTests(GaiaApp gaia)
{
    private const string Admin = "/api/v1/admin/cache";
    private const string Personas = "/api/v1/chat/personas";

    [Theory]
    [InlineData("/stats")]
    [InlineData("/keys")]
    [InlineData("/hot")]
    public async Task Nobody_but_an_administrator_looks_into_the_cache(string path)
    {
        using var anyone = gaia.Gateway();

        using var answer = await anyone.GetAsync(Admin + path, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_cached_persona_is_listed_and_shown()
    {
        using var developer = gaia.Developer();
        var id = await ReadOnePersonaAsync(developer);

        var entry = await GetAsync(developer, $"/keys/persona:{id}");
        var page = await GetAsync(developer, $"/keys?pattern=persona:{id}");

        Assert.Equal(id, entry.GetProperty("value").GetProperty("id").GetString());
        Assert.Equal("persona", entry.GetProperty("region").GetString());
        Assert.Equal($"persona:{id}", Assert.Single(page.GetProperty("keys").EnumerateArray()).GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_cached_credential_is_listed_but_not_shown()
    {
        using var developer = gaia.Developer();
        await ReadOnePersonaAsync(developer);

        var entry = await GetAsync(developer, $"/keys/auth:api_key:{ApiKeyText.Hash(GaiaApp.DevelopmentKey)}");

        Assert.Equal(JsonValueKind.Null, entry.GetProperty("value").ValueKind);
        Assert.True(entry.GetProperty("redacted").GetBoolean());
    }

    [Fact]
    public async Task A_deleted_key_is_loaded_and_cached_again()
    {
        using var developer = gaia.Developer();
        var id = await ReadOnePersonaAsync(developer);

        using var deleted = await developer.DeleteAsync($"{Admin}/keys/persona:{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        await Eventually.PassesAsync(
            async () =>
            {
                await developer.GetStringAsync($"{Personas}/{id}", TestContext.Current.CancellationToken);
                Assert.StartsWith("{\"v\":1,\"e\":", await gaia.Redis().StringGetAsync($"persona:{id}"));
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_flush_says_how_many_keys_went()
    {
        using var developer = gaia.Developer();

        // Somebody else may flush in between, and a node that has yet to hear of that reads from its memory.
        await Eventually.PassesAsync(
            async () =>
            {
                await ReadOnePersonaAsync(developer);
                using var flushed = await developer.PostAsJsonAsync($"{Admin}/flush", new { pattern = "persona:*" }, TestContext.Current.CancellationToken);
                var answer = await flushed.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

                Assert.Equal("persona:*", answer.GetProperty("pattern").GetString());
                Assert.True(answer.GetProperty("removed").GetInt64() >= 1);
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_dry_run_of_a_flush_counts_and_removes_nothing()
    {
        using var developer = gaia.Developer();
        var key = $"dry:{Guid.CreateVersion7()}";
        await gaia.Redis().StringSetAsync($"{key}:1", "1", TimeSpan.FromMinutes(5));
        await gaia.Redis().StringSetAsync($"{key}:2", "1", TimeSpan.FromMinutes(5));

        using var counted = await developer.PostAsJsonAsync($"{Admin}/flush", new { pattern = $"{key}:*", dry_run = true }, TestContext.Current.CancellationToken);
        var answer = await counted.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal((2, 0), (answer.GetProperty("matched").GetInt64(), answer.GetProperty("removed").GetInt64()));
        Assert.True(await gaia.Redis().KeyExistsAsync($"{key}:1"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("?*")]
    [InlineData("*?")]
    [InlineData("??*")]
    [InlineData("*:*")]
    public async Task A_pattern_that_can_match_everything_has_to_be_confirmed(string pattern)
    {
        using var developer = gaia.Developer();

        using var answer = await developer.PostAsJsonAsync($"{Admin}/flush", new { pattern }, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Statistics_tell_of_regions_on_every_node()
    {
        using var developer = gaia.Developer();

        // A node that has just started may have read nothing yet.
        await Eventually.PassesAsync(
            async () =>
            {
                await ReadOnePersonaAsync(developer);
                await developer.GetStringAsync($"{Personas}/current", TestContext.Current.CancellationToken);
                var regions = (await GetAsync(developer, "/stats")).GetProperty("regions").EnumerateArray()
                    .Select(r => (r.GetProperty("node").GetString(), r.GetProperty("stats").GetProperty("region").GetString())).ToList();

                Assert.Contains(("gateway", "auth.api_key"), regions);
                Assert.Contains(("gateway", "personas.list"), regions);
                Assert.Contains(("chat", "persona"), regions);
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Statistics_and_hot_keys_name_every_process_and_none_is_missing()
    {
        using var developer = gaia.Developer();

        // Another test may have restarted a process, whose predecessor is missed for a while.
        await Eventually.PassesAsync(
            async () =>
            {
                var id = await ReadOnePersonaAsync(developer);
                var stats = await GetAsync(developer, "/stats");
                var nodes = stats.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("node").GetString(), node.GetProperty("instance").GetString())).ToList();

                Assert.Equal(["chat", "chat", "gateway", "gateway"], nodes.Select(node => node.Item1));
                Assert.Equal(nodes.Count, nodes.Distinct().Count());
                Assert.Empty(stats.GetProperty("missing").EnumerateArray());
                var hot = (await GetAsync(developer, "/hot?limit=1000")).EnumerateArray().Single(key => key.GetProperty("key").GetString() == $"persona:{id}");
                Assert.All(hot.GetProperty("nodes").EnumerateArray(), node => Assert.Contains((node.GetProperty("node").GetString(), node.GetProperty("instance").GetString()), nodes));
            },
            TimeSpan.FromMinutes(3),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Warming_reads_personas_and_lists_ahead()
    {
        using var developer = gaia.Developer();

        // A node that has just started may take longer than is waited for, and is missing then.
        await Eventually.PassesAsync(
            async () =>
            {
                using var answer = await developer.PostAsync($"{Admin}/warm", content: null, TestContext.Current.CancellationToken);
                var warm = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

                // Mu and the two lists at least.
                Assert.All(
                    warm.GetProperty("nodes").EnumerateArray().Where(node => node.GetProperty("node").GetString() == Resources.Chat),
                    node => Assert.True(node.GetProperty("warmed").GetInt32() >= 3));
                Assert.True(warm.GetProperty("warmed").GetInt32() >= 3, warm.ToString());
            },
            ct: TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadOnePersonaAsync(HttpClient client)
    {
        var list = await client.GetFromJsonAsync<JsonElement>(Personas, TestContext.Current.CancellationToken);
        var id = list.GetProperty("personas")[0].GetProperty("id").GetString()!;
        await client.GetStringAsync($"{Personas}/{id}", TestContext.Current.CancellationToken);
        return id;
    }

    private static Task<JsonElement> GetAsync(HttpClient client, string path) =>
        client.GetFromJsonAsync<JsonElement>(Admin + path, TestContext.Current.CancellationToken);
}
