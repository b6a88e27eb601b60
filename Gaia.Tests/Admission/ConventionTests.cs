using System.Net;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Admission;

[Collection(nameof(GatewayGround))]
public sealed class ConventionTests(GatewayGround ground)
{
    private GatewayApi Gateway => new(ground.One);

    [Fact]
    public async Task Every_answer_carries_what_clients_are_promised()
    {
        foreach (var path in new[] { "/", GatewayApi.Me, "/nowhere", "/api/v1/chat/personas" })
        {
            using var answer = await Gateway.Send(HttpMethod.Get, path);

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
    public async Task The_callers_request_id_is_kept_when_it_is_sane(string id, bool kept)
    {
        using var answer = await Gateway.Send(HttpMethod.Get, "/", headers: ("X-Request-Id", id));

        Assert.Equal(kept, Header(answer, "X-Request-Id") == id);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/auth/nowhere")]
    public async Task A_problem_names_the_callers_own_trace_whoever_answers(string path)
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var answer = await Gateway.Send(HttpMethod.Get, path, headers: ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        Assert.Equal(Trace, (await Problem.Expect(answer, HttpStatusCode.NotFound)).GetProperty("trace_id").GetString());
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_when_to_come_back()
    {
        await using var server = await ground.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "3", ["TRUSTED_PROXIES"] = "" });
        var gateway = new GatewayApi(server);
        for (var i = 0; i < 100; i++)
        {
            // The address in the header is the caller's own invention.
            using var answer = await gateway.Send(HttpMethod.Get, "/api/v1/auth/nothing", headers: ("X-Forwarded-For", $"198.51.100.{i}"));
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                continue;
            }

            await Problem.Expect(answer, HttpStatusCode.TooManyRequests);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.StartsWith("\"anonymous\";r=0;", Header(answer, "RateLimit"), StringComparison.Ordinal);
            return;
        }

        Assert.Fail("A hundred requests at three a minute were all let in.");
    }

    [Fact]
    public async Task Behind_a_configured_proxy_every_client_has_a_quota_of_its_own()
    {
        await using var server = await ground.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "1", ["TRUSTED_PROXIES"] = "127.0.0.1/32,::1" });
        var gateway = new GatewayApi(server);
        for (var i = 0; i < 10; i++)
        {
            using var answer = await gateway.Send(HttpMethod.Get, "/", headers: ("X-Forwarded-For", $"203.0.113.9, 198.51.100.{i}"));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Only_the_origins_that_are_allowed_may_read_answers()
    {
        await using var server = await ground.StartAsync(new() { ["ALLOWED_ORIGINS"] = "https://app.example.com" });
        var gateway = new GatewayApi(server);

        using var ours = await gateway.Send(HttpMethod.Options, GatewayApi.Me, headers: [("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "GET")]);
        using var theirs = await gateway.Send(HttpMethod.Options, GatewayApi.Me, headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET")]);

        Assert.Equal("https://app.example.com", Header(ours, "Access-Control-Allow-Origin"));
        Assert.False(theirs.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        using var answer = await Gateway.Send(HttpMethod.Post, "/api/v1/auth/login", new { email = new string('x', 11 << 20) });

        await Problem.Expect(answer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_read_ends_the_start_with_its_name()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ground.StartAsync(new() { ["RATE_LIMIT_ANONYMOUS"] = "many" }));

        Assert.Contains("RATE_LIMIT_ANONYMOUS is \"many\"", failure.ToString(), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
