using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

public sealed class BadInputTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("carriage\rreturn")]
    [InlineData("nul\0")]
    [InlineData("separator\u2028")]
    public async Task A_key_that_could_pose_as_something_else_is_refused_at_the_call(string key)
    {
        await using var node = await CacheHost.StartAsync(servers);

        await Assert.ThrowsAsync<ArgumentException>(() => node.ReadAsync(Doc.ByRow, new Doc(key, 1)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(1), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Cache.RemoveAsync(key, Stop));
    }

    [Fact]
    public async Task Null_empty_and_overlong_keys_are_refused()
    {
        await using var node = await CacheHost.StartAsync(servers);

        await Assert.ThrowsAsync<ArgumentNullException>(() => node.ReadAsync(Doc.ByRow, null!, () => Task.FromResult<Doc?>(null)));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await node.Cache.RemoveAsync((string)null!, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Cache.GetOrCreateAsync("", _ => ValueTask.FromResult(1), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => node.ReadAsync(Doc.ByRow, new Doc(new string('k', 600), 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => node.ReadAsync(Doc.ByRow, new Doc("half a pair \ud800", 1)));
    }

    [Theory]
    [InlineData("na\u00efve caf\u00e9")]
    [InlineData("\u7075\ud83e\uddff")]
    [InlineData("{braces}")]
    [InlineData("[a-z]*?\\")]
    public async Task Any_other_text_is_a_key(string id)
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);
        var key = $"doc:{id}";

        Assert.Equal(1, (await one.ReadAsync(Doc.ByRow, new Doc(id, 1))).Version);
        await Soon.PassesAsync(async () => Assert.Equal(1, (await two.ReadAsync(Doc.ByRow, new Doc(id, 99))).Version));
        Assert.Equal(1, (await one.Of<CacheAdministration>().InspectAsync(key))!.Version);
        Assert.Equal(key, Assert.Single((await one.Of<CacheAdministration>().KeysAsync(key, ct: Stop)).Keys).Key);
        Assert.Equal(1, await one.Of<CacheAdministration>().FlushAsync(key, Stop));
        await Soon.PassesAsync(async () => Assert.Equal(2, (await two.ReadAsync(Doc.ByRow, new Doc(id, 2))).Version));
    }

    [Fact]
    public async Task A_value_that_is_too_large_or_has_no_json_is_refused_and_the_key_stays_usable()
    {
        var region = Doc.ByRow with { MaximumBytes = 100 };
        await using var node = await CacheHost.StartAsync(servers, options => options.Region(region));

        await Assert.ThrowsAsync<InvalidOperationException>(() => node.ReadAsync(region, new Doc("big", 1, new string('x', 200))));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.Cache.GetOrCreateAsync("odd", _ => ValueTask.FromResult<Delegate>(Stop.ThrowIfCancellationRequested), cancellationToken: Stop));

        Assert.Equal("0", await servers.AskRedisAsync("EXISTS doc:big"));
        Assert.Equal(2, (await node.ReadAsync(region, new Doc("big", 2, "small"))).Version);
    }

    [Fact]
    public async Task A_version_that_Redis_could_not_tell_apart_is_refused()
    {
        await using var node = await CacheHost.StartAsync(servers);

        await Assert.ThrowsAsync<InvalidOperationException>(() => node.ReadAsync(Doc.ByRow, new Doc("v", 1L << 53)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.ReadAsync(Doc.ByRow, new Doc("v", -1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => node.ChangeAsync(Doc.ByRow, "v", 1L << 53));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => node.ChangeAsync(Doc.ByRow, "v", -1));
    }

    [Fact]
    public async Task One_key_cannot_be_read_as_two_types()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await node.Cache.GetOrCreateAsync("typed", _ => ValueTask.FromResult(1), cancellationToken: Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await node.Cache.GetOrCreateAsync("typed", _ => ValueTask.FromResult("text"), cancellationToken: Stop));
    }

    [Fact]
    public void A_bad_option_stops_the_start_by_a_message_that_names_it()
    {
        foreach (var (name, spoil) in new (string, Action<CachingOptions>)[]
        {
            (nameof(CachingOptions.StalenessBound), options => options.StalenessBound = TimeSpan.Zero),
            (nameof(CachingOptions.RedisDeadline), options => options.RedisDeadline = TimeSpan.FromMilliseconds(-1)),
            (nameof(CachingOptions.StartGrace), options => options.StartGrace = TimeSpan.FromMilliseconds(-1)),
            (nameof(CachingOptions.MemoryLimit), options => options.MemoryLimit = 0),
            (nameof(CachingOptions.LogReplicas), options => options.LogReplicas = 0),
            (nameof(CachingOptions.Stream), options => options.Stream = ""),
            (nameof(CachingOptions.Subject), options => options.Subject = ""),
            (nameof(CachingOptions.LogAge), options => options.LogAge = TimeSpan.FromMinutes(1)),
            (nameof(Region.Ttl), options => options.Region(Doc.ByRow with { Ttl = TimeSpan.Zero })),
            (nameof(Region.LocalTtl), options => options.Region(Doc.ByRow with { LocalTtl = TimeSpan.FromDays(1) })),
            (nameof(Region.FailSafe), options => options.Region(Doc.ByRow with { Sensitive = true, FailSafe = TimeSpan.FromSeconds(1) })),
            ("'doc'", options => options.Region(Doc.ByRow).Region(Doc.ByRow)),
        })
        {
            var error = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddGaiaCaching(spoil));

            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData("SET doc:x not-json")]
    [InlineData("SET doc:x '{}'")]
    [InlineData("SET doc:x '{\"v\":1}'")]
    [InlineData("SET doc:x '{\"v\":-5,\"e\":9999999999999,\"d\":{}}'")]
    [InlineData("SET doc:x '{\"v\":1,\"e\":9999999999999,\"d\":{\"id\":7}}'")]
    [InlineData("SET doc:x '{\"v\":1,\"e\":9999999999999,\"s\":4,\"d\":{\"id\":\"x\",\"version\":1}}'")]
    [InlineData("SET doc:x '{\"v\":1,\"e\":9999999999999,\"z\":4,\"d\":{\"id\":\"x\",\"version\":1}}'")]
    [InlineData("SET doc:x '{\"v\":1,\"e\":9999999999999,\"d\":{\"id\":\"x\"'")]
    [InlineData("LPUSH doc:x 1 2 3")]
    [InlineData("HSET doc:x a b")]
    public async Task Whatever_else_is_in_Redis_is_a_miss_and_is_replaced(string poison)
    {
        await using var node = await CacheHost.StartAsync(servers);
        await servers.AskRedisAsync("DEL doc:x");
        await servers.AskRedisAsync(poison);

        Assert.Equal(3, (await node.ReadAsync(Doc.ByRow, new Doc("x", 3))).Version);

        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":3,", await servers.AskRedisAsync("GET doc:x"), StringComparison.Ordinal));
    }
}
