using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;

namespace Gaia.Tests.Caches;

/// <summary>What administrators see of the invalidation log.</summary>
public sealed class InvalidationListTests(GaiaApp gaia)
{
    private const string Log = "/api/v1/admin/cache/log";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_and_a_flush_are_listed_newest_first()
    {
        using var developer = gaia.Developer();
        using var made = await developer.PostAsJsonAsync("/api/v1/chat/personas", new { name = $"Listed {Guid.CreateVersion7()}", description = "1", system_prompt = "Be brief." }, Stop);
        var id = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("persona").GetProperty("id").GetString();
        using var changed = await developer.PutAsJsonAsync($"/api/v1/chat/personas/{id}", new { description = "2" }, Stop);
        changed.EnsureSuccessStatusCode();
        var pattern = $"listed:{Guid.CreateVersion7()}:*";
        using var flushed = await developer.PostAsJsonAsync("/api/v1/admin/cache/flush", new { pattern }, Stop);
        flushed.EnsureSuccessStatusCode();

        await Eventually.PassesAsync(async () =>
        {
            var entries = (await developer.GetFromJsonAsync<JsonElement>($"{Log}?limit=500", Stop)).GetProperty("entries").EnumerateArray().ToList();
            var flush = entries.Single(entry => entry.GetProperty("pattern").GetString() == pattern);
            var change = entries.First(entry => entry.GetProperty("key").GetString() == $"persona:{id}");
            Assert.Equal(2, change.GetProperty("version").GetInt64());
            Assert.True(flush.GetProperty("sequence").GetInt64() > change.GetProperty("sequence").GetInt64());
            Assert.InRange(DateTimeOffset.UtcNow - flush.GetProperty("at").GetDateTimeOffset(), TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(2));
            Assert.Equal(entries.OrderByDescending(Sequence).Select(Sequence), entries.Select(Sequence));
        }, ct: Stop);

        static long Sequence(JsonElement entry) => entry.GetProperty("sequence").GetInt64();
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_other_environments_are_left_out()
    {
        await using var servers = new CacheServers();
        await servers.InitializeAsync();
        await using var node = await CacheHost.StartAsync(servers);
        await using var other = await CacheHost.StartAsync(servers, options =>
        {
            options.KeyPrefix = "staging:";
            options.Region(Doc.ByRow);
        });
        for (var i = 0; i < 7; i++)
        {
            await node.ChangeAsync(Doc.ByRow, $"{i}", i + 1);
            await other.ChangeAsync(Doc.ByRow, $"other{i}", i + 1);
        }

        List<LoggedInvalidation> seen = [];
        InvalidationPage page;
        for (ulong? before = null; ; before = page.Before)
        {
            page = await node.Of<InvalidationHistory>().ReadAsync(before, 4, Stop);
            seen.AddRange(page.Entries);
            if (page.Before is null)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(i => ($"doc:{i}", (long?)i + 1)), seen.Select(entry => (entry.Key!, entry.Version)));
    }

    [Fact]
    public async Task Without_NATS_the_list_is_unavailable()
    {
        await using var servers = new CacheServers();
        await servers.InitializeAsync();
        await using var node = await CacheHost.StartAsync(servers);

        await servers.Nats.FreezeAsync(Stop);

        await Assert.ThrowsAsync<IOException>(() => node.Of<InvalidationHistory>().ReadAsync(null, 10, Stop));
        await servers.Nats.ThawAsync(Stop);
    }
}
