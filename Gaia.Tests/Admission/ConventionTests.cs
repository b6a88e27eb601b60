using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Gaia.Tests.Admission;

[Collection(nameof(GatewayFixture))]
public sealed class ConventionTests(GatewayFixture fixture)
{
    private GatewayApi Gateway => new(fixture.One);

    [Fact]
    public async Task Every_answer_carries_what_clients_are_promised()
    {
        foreach (var path in new[] { "/", GatewayApi.Me, "/nowhere", "/api/v1/chat/personas" })
        {
            using var answer = await Gateway.SendAsync(HttpMethod.Get, path);

            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
            Assert.Matches("^\"anonymous\";q=\\d+;w=60$", Header(answer, "RateLimit-Policy"));
            Assert.Matches("^\"anonymous\";r=\\d+;t=\\d+$", Header(answer, "RateLimit"));
            Assert.NotEmpty(Header(answer, "X-Request-Id"));
        }
    }

    [Theory]
    [InlineData("order-66", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    [InlineData("a\"b", false)]
    [InlineData("{0}", false)]
    [InlineData("../../etc", false)]
    public async Task The_callers_request_id_is_kept_when_it_is_sane(string id, bool kept)
    {
        using var answer = await Gateway.SendAsync(HttpMethod.Get, "/", headers: ("X-Request-Id", id));

        Assert.Equal(kept, Header(answer, "X-Request-Id") == id);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/auth/nowhere")]
    public async Task A_problem_names_the_callers_own_trace_whoever_answers(string path)
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var answer = await Gateway.SendAsync(HttpMethod.Get, path, headers: ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        Assert.Equal(Trace, (await Problem.ExpectAsync(answer, HttpStatusCode.NotFound)).GetProperty("trace_id").GetString());
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_when_to_come_back()
    {
        await using var server = await fixture.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "3", ["TRUSTED_PROXIES"] = "" });
        var gateway = new GatewayApi(server);
        for (var i = 0; i < 100; i++)
        {
            // The address in the header is the caller's own invention.
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/api/v1/auth/nothing", headers: ("X-Forwarded-For", $"198.51.100.{i}"));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Problem.ExpectAsync(answer, HttpStatusCode.TooManyRequests);
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
                Assert.StartsWith("\"anonymous\";r=0;", Header(answer, "RateLimit"), StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail("A hundred requests at three a minute were all let in.");
    }

    [Fact]
    public async Task What_the_headers_say_is_left_is_let_in()
    {
        await using var server = await fixture.StartAsync(new() { ["RATE_LIMIT_AUTHENTICATED"] = "40" });
        var gateway = new GatewayApi(server);
        var user = await gateway.SignUpAsync();
        var (left, refusals) = (40, 0);
        while (refusals < 3)
        {
            using var answer = await gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, token: user.AccessToken);

            Assert.Equal("\"authenticated\";q=40;w=60", Header(answer, "RateLimit-Policy"));
            var said = Regex.Match(Header(answer, "RateLimit"), "^\"authenticated\";r=([0-9]+);t=([0-9]+)$");
            Assert.True(said.Success, Header(answer, "RateLimit"));
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                // Time only adds to what is left.
                Assert.Equal(0, left);
                refusals++;
            }
            else
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            left = int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            Assert.InRange(left, 0, 39);
            Assert.InRange(int.Parse(said.Groups[2].ValueSpan, CultureInfo.InvariantCulture), 1, 60);
        }
    }

    /// <summary>Otherwise making keys would multiply it.</summary>
    [Fact]
    public async Task All_keys_and_sessions_of_a_user_share_one_quota()
    {
        await using var server = await fixture.StartAsync(new() { ["RATE_LIMIT_AUTHENTICATED"] = "20" });
        var gateway = new GatewayApi(server);
        var user = await gateway.SignUpAsync();
        string[] keys = [(await gateway.CreateKeyAsync(user.AccessToken)).Key, (await gateway.CreateKeyAsync(user.AccessToken)).Key, (await gateway.CreateKeyAsync(user.AccessToken)).Key];

        var admitted = 0;
        for (var i = 0; i < 60; i++)
        {
            admitted += await gateway.StatusOfAsync(key: keys[i % keys.Length]) == HttpStatusCode.OK ? 1 : 0;
        }

        // Some more become free while the test runs; three quotas would be sixty.
        Assert.InRange(admitted, 1, 40);
        Assert.Equal(HttpStatusCode.TooManyRequests, await gateway.StatusOfAsync(user.AccessToken));
    }

    [Fact]
    public async Task Behind_a_configured_proxy_every_client_has_a_quota_of_its_own()
    {
        await using var server = await fixture.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "1", ["TRUSTED_PROXIES"] = "127.0.0.1/32,::1" });
        var gateway = new GatewayApi(server);
        for (var i = 0; i < 10; i++)
        {
            using var answer = await gateway.SendAsync(HttpMethod.Get, "/", headers: ("X-Forwarded-For", $"203.0.113.9, 198.51.100.{i}"));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_id_is_no_longer_than_it_need_be()
    {
        using var longest = await Gateway.SendAsync(HttpMethod.Get, "/", headers: ("X-Request-Id", new string('x', 128)));
        using var longer = await Gateway.SendAsync(HttpMethod.Get, "/", headers: ("X-Request-Id", new string('x', 129)));
        using var twice = await Gateway.SendAsync(HttpMethod.Get, "/", headers: [("X-Request-Id", "one"), ("X-Request-Id", "two")]);

        Assert.Equal(new string('x', 128), Header(longest, "X-Request-Id"));
        Assert.All([longer, twice], answer => Assert.True(Guid.TryParse(Header(answer, "X-Request-Id"), out _)));
    }

    [Fact]
    public async Task Whoever_is_refused_is_told_how_to_authenticate()
    {
        foreach (var (token, key) in new (string?, string?)[] { (null, null), ("nonsense", null), (null, "nonsense"), (null, ApiKeyText.Create("dev")), ("eyJhbGciOiJub25lIn0.e30.", null) })
        {
            using var answer = await Gateway.SendAsync(HttpMethod.Get, GatewayApi.Me, token: token, key: key);

            await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized, "Not authenticated. Provide a valid JWT or API Key.");
            Assert.StartsWith("Bearer", Header(answer, "WWW-Authenticate"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_service_that_is_away_is_named_in_an_answer_like_all_others()
    {
        using var answer = await Gateway.SendAsync(HttpMethod.Get, "/api/v1/usage");

        await Problem.ExpectAsync(answer, HttpStatusCode.ServiceUnavailable, "Service chat unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.NotEmpty(Header(answer, "RateLimit"));
        Assert.NotEmpty(Header(answer, "X-Request-Id"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        using var answer = await Gateway.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new { email = new string('x', 11 << 20) });

        await Problem.ExpectAsync(answer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_read_ends_the_start_with_its_name()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => fixture.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "many" }));

        Assert.Contains("RATE_LIMIT_ANONYMOUS is \"many\"", failure.ToString(), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
