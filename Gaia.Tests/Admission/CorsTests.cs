using System.Net;

namespace Gaia.Tests.Admission;

[Collection(nameof(GatewayFixture))]
public sealed class CorsTests(GatewayFixture fixture) : IAsyncLifetime
{
    private const string Ours = "https://app.example.com";
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    private GatewayServer server = null!;

    private GatewayApi Gateway => new(server);

    public async ValueTask InitializeAsync() => server = await fixture.StartAsync(new() { ["ALLOWED_ORIGINS"] = $"{Ours}, https://other.example.com", ["RATE_LIMIT_ANONYMOUS"] = "2" });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(Ours, true)]
    [InlineData("https://other.example.com", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("https://app.example.com.evil.example", false)]
    [InlineData("null", false)]
    public async Task Only_the_origins_that_are_allowed_may_ask_and_read(string origin, bool isAllowed)
    {
        using var preflight = await Gateway.SendAsync(
            HttpMethod.Options, GatewayApi.Me,
            headers: [("Origin", origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization,x-api-key,idempotency-key")]);
        using var asked = await Gateway.SendAsync(HttpMethod.Get, "/", headers: ("Origin", origin));

        Assert.All([preflight, asked], answer => Assert.Equal(isAllowed ? origin : "", Header(answer, AllowOrigin)));
        Assert.Equal(isAllowed ? "authorization,x-api-key,idempotency-key" : "", Header(preflight, "Access-Control-Allow-Headers"));
        Assert.Equal(isAllowed ? "PUT" : "", Header(preflight, "Access-Control-Allow-Methods"));
    }

    /// <summary>A cache that keeps the answer to a request without an origin must not give it to one with.</summary>
    [Fact]
    public async Task Every_answer_says_that_it_depends_on_the_origin()
    {
        using var without = await Gateway.SendAsync(HttpMethod.Get, "/");
        using var with = await Gateway.SendAsync(HttpMethod.Get, "/", headers: ("Origin", Ours));
        using var forwarded = await Gateway.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", headers: ("Origin", "https://evil.example"));

        Assert.All([without, with, forwarded], answer => Assert.Single(answer.Headers.Vary, name => name == "Origin"));
    }

    [Fact]
    public async Task Scripts_may_read_why_they_were_refused()
    {
        var caller = Gateway;
        using var refused = await caller.SendAsync(HttpMethod.Get, GatewayApi.Me, headers: ("Origin", Ours));
        using var second = await caller.SendAsync(HttpMethod.Get, "/", headers: ("Origin", Ours));
        using var limited = await caller.SendAsync(HttpMethod.Get, "/", headers: ("Origin", Ours));

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], [refused.StatusCode, second.StatusCode, limited.StatusCode]);
        Assert.All([refused, second, limited], answer =>
        {
            Assert.Equal(Ours, Header(answer, AllowOrigin));
            Assert.Contains("Retry-After", Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        });
    }

    /// <summary>A browser sends it without credentials, before every request of its own.</summary>
    [Fact]
    public async Task A_preflight_needs_no_credential_and_no_quota()
    {
        var caller = Gateway;
        for (var i = 0; i < 10; i++)
        {
            using var preflight = await caller.SendAsync(HttpMethod.Options, GatewayApi.Me, headers: [("Origin", Ours), ("Access-Control-Request-Method", "GET")]);

            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
