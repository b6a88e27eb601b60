using System.Text.Json;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Tests.Chat;

/// <summary>Alerts of what caches do on other nodes than the one that fires them.</summary>
public sealed class CacheAlertTests(ChatNodes nodes, OutboxServers servers) : IClassFixture<ChatNodes>, IClassFixture<OutboxServers>, IAsyncLifetime
{
    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private readonly string prefix = $"{Guid.CreateVersion7():n}:";
    private GaiaService chat = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => chat = await GaiaService.StartAsync(
        Resources.Chat,
        new Dictionary<string, string>(nodes.Settings())
        {
            ["ConnectionStrings__chatdb"] = nodes.Postgres.ConnectionStringTo($"caches{Guid.CreateVersion7():n}"),
            ["ConnectionStrings__redis"] = servers.Cache.Redis.ConnectionString,
            ["ConnectionStrings__nats"] = servers.Cache.Nats.Url,
            ["CACHE_KEY_PREFIX"] = prefix,
            ["Alerts__CacheInterval"] = "00:00:00.200",
            ["Alerts__HistoryInterval"] = "00:00:00.200",
        },
        Ct);

    public async ValueTask DisposeAsync()
    {
        await chat.DisposeAsync();
        administrator.Dispose();
    }

    [Fact]
    public async Task A_violation_that_another_node_finds_is_alerted_of_once_for_its_region()
    {
        await using var node = await AuditedNode.StartAsync(servers, options => options.KeyPrefix = prefix);
        foreach (var id in (string[])["first", "second"])
        {
            await node.ChangeAsync(id, Ct);
            Assert.Equal(1, (await node.Docs(Doc.ByRow).GetAsync(id, Ct)).Value!.Version);
            await using (var db = servers.Open())
            {
                await db.Docs.Where(doc => doc.Id == id).ExecuteUpdateAsync(doc => doc.SetProperty(d => d.Version, d => d.Version + 1), Ct);
            }

            await Soon.PassesAsync(async () => Assert.Contains(await node.ViolationsAsync(), found => found.Key == Doc.ByRow.Key(id)));
        }

        var alert = Assert.Single(await FiredAsync("cache.violation"));
        Assert.Equal((Doc.ByRow.Name, Doc.ByRow.Key("first"), AuditedNode.Service), (Text(alert, "region"), Text(alert, "key"), Text(alert, "node")));
    }

    [Fact]
    public async Task A_hit_ratio_that_fell_within_an_hour_is_alerted_of_and_resolved_when_it_is_back()
    {
        await using var node = await CacheHost.StartAsync(servers.Cache, options => options.KeyPrefix = prefix);
        var hour = new DateTimeOffset(DateTime.UtcNow.Date.AddHours(DateTime.UtcNow.Hour), TimeSpan.Zero);

        await AddAsync(hour.AddHours(-2), "fell", hits: 1_900, misses: 100);
        await AddAsync(hour.AddMinutes(-30), "fell", hits: 700, misses: 300);
        await AddAsync(hour.AddHours(-2), "stayed", hits: 1_900, misses: 100);
        await AddAsync(hour.AddMinutes(-30), "stayed", hits: 800, misses: 200);
        await AddAsync(hour.AddHours(-2), "seldom read", hits: 1_900, misses: 100);
        await AddAsync(hour.AddMinutes(-30), "seldom read", hits: 0, misses: 999);

        var alert = Assert.Single(await FiredAsync("cache.hit_ratio"));
        Assert.Equal(("fell", 0.7, 0.95, 1_000), (Text(alert, "region"), alert.GetProperty("hit_ratio").GetDouble(), alert.GetProperty("before").GetDouble(), alert.GetProperty("reads").GetInt64()));
        await AddAsync(hour.AddMinutes(-20), "fell", hits: 9_000, misses: 0);
        Assert.Equal("cache.hit_ratio", Text(Assert.Single(await FiredAsync("alert.resolved")), "rule"));

        async Task AddAsync(DateTimeOffset at, string region, long hits, long misses) => Assert.True(await node.Of<CacheHistory>().TryAddAsync(
            new(Guid.CreateVersion7(), at, Resources.Gateway, "a gateway", [new(region, hits, 0, misses, misses, 0, misses, 0)]), Ct));
    }

    private static string Text(JsonElement data, string member) => data.GetProperty(member).GetString()!;

    /// <summary>What those alerts say, once there is one.</summary>
    private async Task<IReadOnlyList<JsonElement>> FiredAsync(string type)
    {
        IReadOnlyList<JsonElement> fired = [];
        await Eventually.IsTrueAsync(
            async () =>
            {
                var alerts = (await administrator.GetAsync("/api/v1/admin/alerts", chat)).GetProperty("alerts").EnumerateArray();
                fired = [.. alerts.Where(alert => Text(alert, "type") == type).Select(alert => alert.GetProperty("data"))];
                return fired is not [];
            },
            ct: Ct);
        return fired;
    }
}
