using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

public sealed class AdministrationTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static readonly Region<string, Doc> Secret = new("secret", "secret:") { Sensitive = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flush_empties_Redis_and_the_memory_of_every_node_and_says_how_much()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        for (var i = 0; i < 1_200; i++)
        {
            await one.ReadAsync(Doc.ByTimestamp, new Doc($"p{i}", 1));
        }

        await one.ReadAsync(Doc.ByRow, new Doc("other", 1));
        await two.ReadAsync(Doc.ByTimestamp, new Doc("p0", 1));
        await Soon.PassesAsync(async () => Assert.Equal("1", await servers.AskRedisAsync("EXISTS doc:other")));
        Assert.Equal(1_200, await one.Of<CacheAdministration>().CountAsync("docs:p*", Stop));
        Assert.Equal("1", await servers.AskRedisAsync("EXISTS docs:p0"));
        await servers.CommandsAsync();

        Assert.Equal(1_200, await one.Of<CacheAdministration>().FlushAsync("docs:p*", Stop));

        var commands = await servers.CommandsAsync();

        // SCAN may show a key twice.
        Assert.InRange(commands["unlink"], 1_200, 1_300);
        Assert.DoesNotContain("keys", commands.Keys);
        await Soon.PassesAsync(async () => Assert.Equal(2, (await two.ReadAsync(Doc.ByTimestamp, new Doc("p0", 2))).Value!.Version));
        Assert.Equal(1, (await one.ReadAsync(Doc.ByRow, "other")).Version);
    }

    [Fact]
    public async Task A_listing_shows_the_one_key_among_thousands_on_its_first_page()
    {
        await using var node = await StartAsync();
        await SetManyAsync("crowd", 3_000);
        await servers.AskRedisAsync("SET lonely:\u00e9 1");

        foreach (var pattern in new[] { "lonely:*", "lonely:?", "?onely:\u00e9" })
        {
            var page = await node.Of<CacheAdministration>().KeysAsync(pattern, limit: 1, ct: Stop);
            Assert.Equal("lonely:\u00e9", Assert.Single(page.Keys).Key);
        }

        Assert.Empty((await node.Of<CacheAdministration>().KeysAsync("lonely:??", ct: Stop)).Keys);
    }

    [Fact]
    public async Task Every_page_of_a_listing_but_the_last_is_full_and_together_they_have_every_key_once()
    {
        await using var node = await StartAsync();
        await SetManyAsync("page", 1_700);
        List<string> keys = [];
        string? cursor = null;
        do
        {
            var page = await node.Of<CacheAdministration>().KeysAsync("page:*", cursor, limit: 130, ct: Stop);
            cursor = page.Cursor;
            Assert.True(page.Keys.Count == 130 || cursor is null, $"{page.Keys.Count} keys on a page before the last");
            keys.AddRange(page.Keys.Select(key => key.Key));
        }
        while (cursor is not null);

        Assert.Equal(1_700, keys.Count);
        Assert.Equal(1_700, keys.Distinct().Count());
    }

    [Fact]
    public async Task A_listing_misses_no_key_while_Redis_grows_between_two_pages()
    {
        await using var node = await StartAsync();
        await SetManyAsync("stays", 1_700);
        HashSet<string> keys = [];
        string? cursor = null;
        for (var pages = 0; pages is 0 || cursor is not null; pages++)
        {
            var page = await node.Of<CacheAdministration>().KeysAsync("stays:*", cursor, limit: 7, ct: Stop);
            Assert.True(page.Keys.Count == 7 || page.Cursor is null, $"{page.Keys.Count} keys on a page before the last");
            cursor = page.Cursor;
            keys.UnionWith(page.Keys.Select(key => key.Key));
            await SetManyAsync($"comes{pages}", 300);
        }

        Assert.Equal(1_700, keys.Count);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0-0-g")]
    [InlineData("0-0-1-1")]
    [InlineData("-1-0")]
    [InlineData("0-x")]
    [InlineData("0")]
    public async Task A_cursor_that_no_page_gave_out_is_refused(string cursor)
    {
        await using var node = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => node.Of<CacheAdministration>().KeysAsync("*", cursor, ct: Stop));
    }

    [Fact]
    public async Task A_key_can_be_looked_at_and_deleted_and_a_secret_one_keeps_its_value()
    {
        await using var node = await StartAsync();
        var cache = node.Of<CacheAdministration>();
        await node.ReadAsync(Doc.ByRow, new Doc("look", 4, "text"));
        await node.ReadAsync(Secret, new Doc("look", 4, "text"));
        await Soon.PassesAsync(async () => Assert.Equal("2", await servers.AskRedisAsync("EXISTS doc:look secret:look")));

        var shown = await cache.InspectAsync("doc:look");
        Assert.Equal((4L, true, true, "text"), (shown!.Version, shown.InRedis, shown.InMemory, (string?)shown.Value!["text"]));
        Assert.InRange(shown.Ttl!.Value, 1, 300_000);
        var hidden = await cache.InspectAsync("secret:look");
        Assert.True(hidden!.Redacted);
        Assert.Null(hidden.Value);

        await cache.DeleteAsync("doc:look", Stop);
        Assert.Null(await cache.InspectAsync("doc:look"));
    }

    [Fact]
    public async Task Deleting_a_key_leaves_the_tombstone_that_still_has_work_to_do()
    {
        await using var node = await StartAsync();
        await node.ChangeAsync(Doc.ByRow, "grave", 5);

        await node.Of<CacheAdministration>().DeleteAsync("doc:grave", Stop);

        Assert.True((await node.Of<CacheAdministration>().InspectAsync("doc:grave"))!.Tombstone);
    }

    [Fact]
    public async Task Statistics_count_what_happened_and_hot_keys_come_first()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 1_000; i++)
        {
            await node.ReadAsync(Doc.ByTimestamp, new Doc("hot", 1));
        }

        await node.ReadAsync(Doc.ByTimestamp, new Doc("cold", 1));

        var stats = node.Of<CacheAdministration>().Stats().Regions.Single(region => region.Region == "docs");
        Assert.Equal((999L, 2L, 2L), (stats.Total.Hits, stats.Total.Misses, stats.Total.Fills));
        Assert.InRange(stats.Percentiles!.P50, 0.001, 10_000);
        Assert.True(stats.Memory > 0);
        Assert.Equal("docs:hot", node.Of<CacheAdministration>().Hot()[0].Key);
    }

    [Fact]
    public async Task A_node_that_starts_has_what_was_hot_in_memory_before_it_is_asked()
    {
        await using (var before = await StartAsync())
        {
            for (var i = 0; i < 100; i++)
            {
                await before.ReadAsync(Doc.ByRow, new Doc("warm", 1));
            }

            await Soon.PassesAsync(async () => Assert.Equal("1", await servers.AskRedisAsync("EXISTS doc:warm")));
        }

        // A start waits for this only so long.
        await Soon.PassesAsync(async () =>
        {
            await using var after = await StartAsync();
            Assert.NotNull(after.Node.Keys.Find("doc:warm")?.Entry);
        });
    }

    [Fact]
    public async Task Memory_stays_within_its_limit_and_what_is_read_again_stays_longest()
    {
        await using var node = await CacheHost.StartAsync(servers, options =>
        {
            options.MemoryLimit = 1 << 20;
            options.Region(Doc.ByTimestamp with { LoadLockTimeout = TimeSpan.Zero });
        });
        var text = new string('x', 10_000);
        for (var i = 0; i < 1_000; i++)
        {
            await node.ReadAsync(Doc.ByTimestamp, new Doc($"m{i}", 1, text));
            await node.ReadAsync(Doc.ByTimestamp, new Doc("favourite", 1, text));
        }

        Assert.InRange(node.Node.Keys.Size, 1, 1 << 20);
        Assert.NotNull(node.Node.Keys.Find("docs:favourite")!.Entry);
        Assert.True(node.Of<CacheAdministration>().Stats().Regions.Single(region => region.Region == "docs").Total.Evictions > 800);
    }

    private Task<string> SetManyAsync(string prefix, int count) =>
        servers.AskRedisAsync($"EVAL \"for i = 1, {count} do redis.call('SET', '{prefix}:' .. i, 1) end\" 0");

    private Task<CacheHost> StartAsync() => CacheHost.StartAsync(servers, options =>
    {
        // Memory answers, however late the log is heard on a busy machine.
        options.StalenessBound = TimeSpan.FromMinutes(10);
        options.Region(Doc.ByRow).Region(Doc.ByTimestamp).Region(Secret);
    });
}
