using Gaia.Caching;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Testing.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

public sealed class LifetimeTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime time = new();

    [Fact]
    public async Task A_value_expires_after_its_time_in_memory_and_in_Redis()
    {
        var region = Region("expires") with { Ttl = Minute };
        await using var node = await StartAsync(region);

        Assert.Equal(1, await ReadAsync(node, region, 1));
        await AdvanceAsync(node, Minute * 0.9);
        Assert.Equal(1, await ReadAsync(node, region, 2));
        await AdvanceAsync(node, Minute * 0.2);
        Assert.Equal(2, await ReadAsync(node, region, 2));
    }

    [Fact]
    public async Task A_value_never_outlives_its_own_expiry()
    {
        var expiry = time.GetUtcNow() + (Minute / 2);
        var region = Region("own") with { Ttl = Minute, Expires = _ => expiry };
        await using var node = await StartAsync(region);

        Assert.Equal(1, await ReadAsync(node, region, 1));
        await AdvanceAsync(node, Minute * 0.49);
        Assert.Equal(1, await ReadAsync(node, region, 2));
        await AdvanceAsync(node, Minute * 0.02);
        Assert.Equal(2, await ReadAsync(node, region, 2));
        Assert.Equal(3, await ReadAsync(node, region, 3));
    }

    [Fact]
    public async Task Nothing_found_is_remembered_for_a_shorter_time_and_an_empty_text_is_a_value()
    {
        var region = Region("none") with { Ttl = Minute, NegativeTtl = Minute / 10 };
        await using var node = await StartAsync(region);

        Assert.Null((await node.ReadAsync(region, "a", () => Task.FromResult<Doc?>(null))).Value);
        Assert.Null((await node.ReadAsync(region, "a")).Value);
        await AdvanceAsync(node, Minute * 0.11);
        Assert.Equal("", (await node.ReadAsync(region, new Doc("a", 1))).Value?.Text);
        await AdvanceAsync(node, Minute * 0.5);
        Assert.Equal("", (await node.ReadAsync(region, "a")).Value?.Text);
    }

    [Fact]
    public async Task While_the_source_fails_an_expired_value_answers_marked_as_stale_and_only_so_long()
    {
        var region = Region("safe") with { Ttl = Minute, FailSafe = Minute };
        await using var node = await StartAsync(region);
        await ReadAsync(node, region, 1);

        await AdvanceAsync(node, Minute * 1.5);
        var stale = await node.ReadAsync(region, "a", () => throw new IOException("down"));
        Assert.Equal((1, true), (stale.Value!.Version, stale.IsStale));

        await AdvanceAsync(node, Minute);
        await Assert.ThrowsAsync<IOException>(() => node.ReadAsync(region, "a", () => throw new IOException("down")));
        var fresh = await node.ReadAsync(region, new Doc("a", 2));
        Assert.Equal((2, false), (fresh.Value!.Version, fresh.IsStale));
    }

    [Fact]
    public async Task A_caller_of_HybridCache_says_how_long_a_value_lives_and_how_long_in_memory()
    {
        await using var node = await CacheHost.StartAsync(
            servers,
            options => options.Others = new() { Ttl = Minute, Jitter = 0 },
            services => services.AddSingleton<TimeProvider>(time));
        HybridCacheEntryOptions options = new() { Expiration = Minute * 10, LocalCacheExpiration = Minute * 5 };
        await node.Cache.GetOrCreateAsync("lives", _ => ValueTask.FromResult(1), options, cancellationToken: Stop);
        await Soon.PassesAsync(async () => Assert.Contains("\"d\":1", await servers.AskRedisAsync("GET lives"), StringComparison.Ordinal));
        await servers.AskRedisAsync("SET lives '{\"v\":0,\"e\":9999999999999,\"d\":2}'");

        await AdvanceAsync(node, Minute * 4.9);
        Assert.Equal(1, await node.Cache.GetOrCreateAsync("lives", _ => ValueTask.FromResult(3), cancellationToken: Stop));
        await AdvanceAsync(node, Minute * 0.2);
        Assert.Equal(2, await node.Cache.GetOrCreateAsync("lives", _ => ValueTask.FromResult(3), options, cancellationToken: Stop));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await node.Cache.GetOrCreateAsync("zero", _ => ValueTask.FromResult(1), new() { Expiration = TimeSpan.Zero }, cancellationToken: Stop));
    }

    [Fact]
    public async Task Memory_keeps_a_value_of_Redis_no_longer_than_Redis_does()
    {
        await using var node = await CacheHost.StartAsync(servers, services: services => services.AddSingleton<TimeProvider>(time));
        HybridCacheEntryOptions options = new() { Expiration = Minute * 10, LocalCacheExpiration = Minute * 10 };
        var until = (time.GetUtcNow() + Minute).ToUnixTimeMilliseconds();
        await servers.AskRedisAsync($"SET rest '{{\"v\":0,\"e\":{until},\"d\":1}}'");
        Assert.Equal(1, await node.Cache.GetOrCreateAsync("rest", _ => ValueTask.FromResult(2), options, cancellationToken: Stop));

        await AdvanceAsync(node, Minute * 1.1);

        Assert.Equal(2, await node.Cache.GetOrCreateAsync("rest", _ => ValueTask.FromResult(2), options, cancellationToken: Stop));
    }

    [Fact]
    public void Jitter_shortens_lives_and_never_lengthens_them()
    {
        var entryOptions = new EntryOptions(Region("jitter") with { Ttl = Minute, Jitter = 0.5 });
        var lives = Enumerable.Range(0, 1_000).Select(_ => LifetimeCalculator.Fresh(entryOptions, new Doc("a", 1), time.GetUtcNow())).ToArray();

        Assert.All(lives, life => Assert.InRange(life, Minute / 2, Minute));
        Assert.True(lives.Distinct().Count() > 900);
    }

    [Fact]
    public void A_sensitive_region_cannot_be_given_a_fail_safe() =>
        Assert.Throws<ArgumentException>(() => new RegionMap([Region("auth") with { Sensitive = true, FailSafe = Minute }], new()));

    private static Region<string, Doc> Region(string name) => new(name, $"{name}:") { Jitter = 0 };

    private static async Task<long> ReadAsync(CacheHost node, Region<string, Doc> region, long version) =>
        (await node.ReadAsync(region, new Doc("a", version))).Value!.Version;

    private Task<CacheHost> StartAsync(Region<string, Doc> region) =>
        CacheHost.StartAsync(servers, options => options.Region(region), services => services.AddSingleton<TimeProvider>(time));

    private async Task AdvanceAsync(CacheHost node, TimeSpan by)
    {
        time.Advance(by);
        await Soon.BecomesTrueAsync(() => node.Node.StalenessGuard.IsTrustedNow);
    }
}
