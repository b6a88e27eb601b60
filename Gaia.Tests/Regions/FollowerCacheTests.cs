using Gaia.Caching;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Gaia.Tests.Regions;

/// <summary>The cache of a region that follows another: its memory knows every change at home, or is not used.</summary>
public sealed class FollowerCacheTests(RegionServers servers) : IClassFixture<RegionServers>
{
    private const string Stream = "gaia-cache";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_at_home_reaches_the_memory_of_another_region()
    {
        await using var home = await StartAtHomeAsync();
        await using var away = await StartAwayAsync();
        await away.ReadAsync(Doc.ByRow, new Doc("there", 1));
        Assert.Equal(1, (await away.ReadAsync(Doc.ByRow, "there")).Version);

        await home.ChangeAsync(Doc.ByRow, "there", 2);

        await Eventually.PassesAsync(async () => Assert.Equal(2, (await away.ReadAsync(Doc.ByRow, new Doc("there", 2))).Version), ct: Ct);
    }

    [Fact]
    public async Task Values_are_kept_in_memory_only()
    {
        await using var home = await StartAtHomeAsync();
        await using var away = await StartAwayAsync();

        await away.ReadAsync(Doc.ByRow, new Doc("kept", 1));
        await away.ChangeAsync(Doc.ByTimestamp, "kept");

        // Another node may have left there which keys were hot.
        Assert.Equal("0", await servers.AwayRedis.CommandAsync("EXISTS doc:kept docs:kept", Ct));
        await Eventually.IsTrueAsync(() => home.Node.Keys.Find("docs:kept")?.Fence > 0, ct: Ct);
        Assert.Equal(0, away.Of<Invalidator>().Unsent);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("silence")]
    public async Task Nothing_older_than_the_bound_is_read_while_home_is_out_of_reach(string fault)
    {
        await using var home = await StartAtHomeAsync();
        await using var away = await StartAwayAsync();
        var key = $"cut by {fault}";
        await away.ReadAsync(Doc.ByRow, new Doc(key, 1));
        Fail(fault);
        try
        {
            await home.ChangeAsync(Doc.ByRow, key, 2);
            var changed = TimeProvider.System.GetTimestamp();
            Cached<Doc?> read;
            do
            {
                read = await away.ReadAsync(Doc.ByRow, new Doc(key, 2));
                Assert.True(read.Version is 2 || TimeProvider.System.GetElapsedTime(changed) < Bound * 1.5, "Older than the bound.");
            }
            while (read.Version is 1);

            await Eventually.IsTrueAsync(() => !away.Node.StalenessGuard.IsTrustedNow, ct: Ct);
            for (var i = 0; i < 100; i++)
            {
                await home.ChangeAsync(Doc.ByRow, $"{key} {i}", 5);
            }
        }
        finally
        {
            servers.Link.Heal();
        }

        await Eventually.IsTrueAsync(() => away.Node.StalenessGuard.IsTrustedNow, ct: Ct);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(5, away.Node.Keys.Find($"doc:{key} {i}")!.Fence));
    }

    [Fact]
    public async Task A_mirror_that_is_gone_is_made_again()
    {
        await using var home = await StartAtHomeAsync();
        await using var away = await StartAwayAsync();
        await away.ReadAsync(Doc.ByRow, new Doc("mirrored", 1));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.AwayNats.Url });
        var local = new NatsJSContext(nats);

        await local.DeleteStreamAsync(Stream, Ct);
        await home.ChangeAsync(Doc.ByRow, "mirrored", 2);

        await Eventually.PassesAsync(async () => Assert.Equal(2, (await away.ReadAsync(Doc.ByRow, new Doc("mirrored", 2))).Version), ct: Ct);
        await Eventually.IsTrueAsync(() => away.Node.StalenessGuard.IsTrustedNow, ct: Ct);
        Assert.Equal(2, away.Node.Keys.Find("doc:mirrored")!.Fence);
    }

    [Fact]
    public async Task A_stream_that_is_no_mirror_is_neither_believed_nor_deleted()
    {
        // As where the address of home's NATS is given to another region.
        await using var home = await StartAtHomeAsync();
        await home.ChangeAsync(Doc.ByRow, "at home", 1);

        await using var away = await CacheHost.StartAsync(servers.AwayRedis.ConnectionString, servers.HomeNats.Url, ConfigureAway, trusted: false);
        await Eventually.IsTrueAsync(() => away.Log.Warnings.Any(line => line.Contains("is no mirror of that of home", StringComparison.Ordinal)), ct: Ct);

        Assert.False(away.Node.StalenessGuard.IsTrustedNow);
        Assert.True(home.Node.StalenessGuard.IsTrustedNow);
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.HomeNats.Url });
        Assert.Null((await new NatsJSContext(nats).GetStreamAsync(Stream, cancellationToken: Ct)).Info.Config.Mirror);
    }

    [Fact]
    public async Task A_log_that_home_made_anew_empties_memory_and_is_mirrored_again()
    {
        await using var home = await StartAtHomeAsync();
        await using var away = await StartAwayAsync();
        await home.ChangeAsync(Doc.ByRow, "before", 1);
        await away.ReadAsync(Doc.ByRow, new Doc("anew", 1));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.HomeNats.Url });

        await new NatsJSContext(nats).DeleteStreamAsync(Stream, Ct);

        await Eventually.IsTrueAsync(() => away.Node.Keys.Find("doc:anew")?.Entry is null, ct: Ct);
        await Eventually.IsTrueAsync(() => away.Node.StalenessGuard.IsTrustedNow, ct: Ct);
        await away.ReadAsync(Doc.ByRow, new Doc("anew", 1));
        await home.ChangeAsync(Doc.ByRow, "anew", 2);
        await Eventually.PassesAsync(async () => Assert.Equal(2, (await away.ReadAsync(Doc.ByRow, new Doc("anew", 2))).Version), ct: Ct);
    }

    private void Fail(string fault)
    {
        if (fault == "cut")
        {
            servers.Link.Cut();
        }
        else
        {
            servers.Link.Blackhole();
        }
    }

    private Task<CacheHost> StartAtHomeAsync() => CacheHost.StartAsync(servers.HomeRedis.ConnectionString, servers.HomeNats.Url);

    private Task<CacheHost> StartAwayAsync() => CacheHost.StartAsync(servers.AwayRedis.ConnectionString, servers.AwayNats.Url, ConfigureAway);

    private static void ConfigureAway(CachingOptions options)
    {
        (options.HomeRegion, options.StalenessBound, options.StartGrace) = (RegionServers.Home, Bound, TimeSpan.Zero);
        options.Region(Doc.ByRow).Region(Doc.ByTimestamp);
    }
}
