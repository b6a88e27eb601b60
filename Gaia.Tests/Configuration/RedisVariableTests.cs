using System.Net;

namespace Gaia.Tests.Configuration;

public sealed class RedisVariableTests
{
    [Theory]
    [InlineData("redis://cache", "cache", 6379, null)]
    [InlineData("redis://cache:7000", "cache", 7000, null)]
    [InlineData("redis://:secret@cache", "cache", 6379, "secret")]
    [InlineData("redis://default:secret@cache:7000", "cache", 7000, "secret")]
    [InlineData("redis://:p%40ss%2Cw%20rd%25@cache", "cache", 6379, "p@ss,w rd%")]
    [InlineData("redis://:p@ss,w=rd 100%@cache", "cache", 6379, "p@ss,w=rd 100%")]
    [InlineData("redis://:a/b?c#d:e@cache:7000/0", "cache", 7000, "a/b?c#d:e")]
    [InlineData("redis://:a+b\"c'd@127.0.0.1:7000", "127.0.0.1", 7000, "a+b\"c'd")]
    public void A_redis_url_says_where_and_with_which_password(string url, string host, int port, string? password)
    {
        using var service = new ConfiguredService(("REDIS_URL", url));

        Assert.Equal((host, port), Address(Assert.Single(service.Redis.EndPoints)));
        Assert.Equal(password, service.Redis.Password);
        Assert.False(service.Redis.Ssl);
    }

    [Fact]
    public void A_redis_url_says_user_database_and_tls()
    {
        using var service = new ConfiguredService(("REDIS_URL", "rediss://reader:secret@cache:7000/3"));

        Assert.Equal("reader", service.Redis.User);
        Assert.Equal(3, service.Redis.DefaultDatabase);
        Assert.True(service.Redis.Ssl);
    }

    [Theory]
    [InlineData("redis://one,two:7000,three", null)]
    [InlineData("redis://one:6379,redis://two:7000,redis://three:6379", null)]
    [InlineData("redis://:p@ss,w=rd@one,two:7000,three", "p@ss,w=rd")]
    [InlineData("redis://:p,w,x@one,redis://:p,w,x@two:7000,redis://three", "p,w,x")]
    [InlineData("redis://:secret@one,redis://two:7000,three/0", "secret")]
    public void A_redis_url_names_several_servers_and_one_password(string url, string? password)
    {
        using var service = new ConfiguredService(("REDIS_URL", url));

        Assert.Equal([("one", 6379), ("two", 7000), ("three", 6379)], service.Redis.EndPoints.Select(Address));
        Assert.Equal(password, service.Redis.Password);
        Assert.False(service.Redis.Ssl);
    }

    [Theory]
    [InlineData("redis://one,rediss://two")]
    [InlineData("redis://:a@one,redis://:b@two")]
    [InlineData("redis://one/1,redis://two/2")]
    [InlineData("redis://one,")]
    [InlineData("redis://one,two:port")]
    public async Task Servers_that_do_not_belong_together_are_refused(string url) =>
        Assert.Equal(["REDIS_URL"], (await StartRefusalTests.RefusedStartAsync(("REDIS_URL", url))).Select(line => line.Split(' ')[0]));

    [Fact]
    public void A_redis_url_wins_over_the_connection_that_aspire_injects_and_takes_nothing_from_it()
    {
        using var service = new ConfiguredService(
            ("REDIS_URL", "redis://cache"), ("REDIS_PASSWORD", "aspire"), ("REDIS_URI", "redis://:aspire@aspire-redis:1000"));

        Assert.Equal(("cache", 6379), Address(Assert.Single(service.Redis.EndPoints)));
        Assert.Null(service.Redis.Password);
    }

    [Theory]
    [InlineData("redis://cache", "mine")]
    [InlineData("redis://:its-own@cache", "its-own")]
    public void Redis_password_fills_in_where_the_url_has_none(string url, string password)
    {
        using var service = new ConfiguredService(("REDIS_URL", url), ("REDIS_PASSWORD", "mine"), ("REDIS_URI", "redis://:aspire@aspire-redis:1000"));

        Assert.Equal(password, service.Redis.Password);
    }

    [Fact]
    public void Redis_password_fills_in_for_the_very_server_that_aspire_runs()
    {
        using var service = new ConfiguredService(
            ("REDIS_URL", "redis://aspire-redis:1000"), ("REDIS_PASSWORD", "aspire"), ("REDIS_URI", "redis://:aspire@aspire-redis:1000"));

        Assert.Equal("aspire", service.Redis.Password);
    }

    [Theory]
    [InlineData("cache:7000,password=its-own", "its-own")]
    [InlineData("cache:7000", "mi,ne")]
    public void Redis_password_fills_in_where_the_connection_string_has_none(string connection, string password)
    {
        using var service = new ConfiguredService(("ConnectionStrings:redis", connection), ("REDIS_PASSWORD", "mi,ne"));

        Assert.Equal(password, service.Redis.Password);
    }

    [Fact]
    public void An_empty_variable_is_one_that_is_not_set()
    {
        using var service = new ConfiguredService(("REDIS_URL", ""), ("REDIS_PASSWORD", ""), ("REDIS_CONNECT_TIMEOUT", ""));

        Assert.Equal("aspire", service.Redis.Password);
    }

    [Fact]
    public void Timeouts_are_seconds_with_decimals()
    {
        using var service = new ConfiguredService(
            ("REDIS_SOCKET_TIMEOUT", "0.25"), ("REDIS_CONNECT_TIMEOUT", "2"), ("REDIS_HEALTH_CHECK_INTERVAL", "30"));

        Assert.Equal(250, service.Redis.SyncTimeout);
        Assert.Equal(250, service.Redis.AsyncTimeout);
        Assert.Equal(2000, service.Redis.ConnectTimeout);
        Assert.Equal(30, service.Redis.KeepAlive);
    }

    [Fact]
    public void A_redis_that_is_away_does_not_stop_the_start()
    {
        using var service = new ConfiguredService();

        Assert.False(service.Redis.AbortOnConnectFail);
    }

    private static (string Host, int Port) Address(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint name => (name.Host, name.Port),
        IPEndPoint number => (number.Address.ToString(), number.Port),
        _ => throw new ArgumentException("Neither a name nor an address.", nameof(endpoint)),
    };
}
