using System.Net;
using System.Text;

namespace Gaia.Tests.Admission;

[Collection(nameof(GatewayFixture))]
public sealed class HostileRequestsTests(GatewayFixture fixture)
{
    private const string Login = "/api/v1/auth/login";

    /// <summary>Answered, and the connection closed, by a server that still believes to know where a request begins.</summary>
    private const string Next = "GET /alive HTTP/1.1\r\nHost: gaia\r\nConnection: close\r\n\r\n";

    private GatewayApi Gateway => new(fixture.One);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Whatever two readers could understand differently.</summary>
    public static TheoryData<string> Ambiguous =>
    [
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        "Content-Length: 2, 3\r\n\r\n{}x",
        "Content-Length: -2\r\n\r\n{}",
        "Content-Length: 2 3\r\n\r\n{}x",
        "Content-Length: +2\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        "Content-Length : 2\r\n\r\n{}",
        "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "X-Folded: one\r\n two\r\nContent-Length: 2\r\n\r\n{}",
        "X-Nul: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        "X-Bare: a\rb\r\nContent-Length: 2\r\n\r\n{}",
    ];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task A_request_that_can_be_read_in_two_ways_is_refused(string rest)
    {
        var answers = await RawHttp.SendAsync(fixture.One.Address, $"POST {Login} HTTP/1.1\r\nHost: gaia\r\nContent-Type: application/json\r\n{rest}{Next}", Ct);

        Assert.StartsWith("HTTP/1.1 400", answers[0], StringComparison.Ordinal);
        Assert.Single(answers);
    }

    /// <summary>As UTF-8 and as Latin-1: no byte of a header is an error.</summary>
    [Theory]
    [InlineData("User-Agent", "Gaïa/1.0 ☕")]
    [InlineData("Referer", "https://example.com/über")]
    [InlineData("Cookie", "name=Zoë")]
    [InlineData("Idempotency-Key", "é\u007f")]
    public async Task A_header_outside_ASCII_is_passed_on(string name, string value)
    {
        var utf8 = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));
        var latin1 = string.Concat(value.Where(char.IsAscii)) + "\u00e9";

        foreach (var text in (string[])[utf8, latin1])
        {
            var answers = await RawHttp.SendAsync(
                fixture.One.Address, $"GET {GatewayApi.Me} HTTP/1.1\r\nHost: gaia\r\n{name}: {text}\r\nConnection: close\r\n\r\n", Ct);

            Assert.StartsWith("HTTP/1.1 401", Assert.Single(answers), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("CONNECT", "/api/v1/auth/me")]
    [InlineData("CONNECT", "auth:80")]
    [InlineData("TRACE", "/api/v1/auth/me")]
    [InlineData("PROPFIND", "/api/v1/assets")]
    public async Task A_method_that_no_service_has_is_refused_at_the_gateway(string method, string target)
    {
        var answers = await RawHttp.SendAsync(fixture.One.Address, $"{method} {target} HTTP/1.1\r\nHost: gaia\r\nConnection: close\r\n\r\n", Ct);

        Assert.Matches("^HTTP/1.1 40[045]", Assert.Single(answers));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("gzip, identity")]
    public async Task A_compressed_body_is_refused_with_what_to_send_instead(string encoding)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var answer = await Gateway.SendAsync(HttpMethod.Post, Login, content);

        await Problem.ExpectAsync(answer, HttpStatusCode.UnsupportedMediaType);
        Assert.Equal("identity", string.Join(',', answer.Headers.GetValues("Accept-Encoding")));
    }

    [Fact]
    public async Task Nothing_is_smuggled_in_the_body_of_another_request()
    {
        const string Rest = $"0\r\n\r\n{Next}";

        var answers = await RawHttp.SendAsync(
            fixture.One.Address,
            $"POST {Login} HTTP/1.1\r\nHost: gaia\r\nContent-Type: application/json\r\nContent-Length: {Rest.Length}\r\nTransfer-Encoding: chunked\r\n\r\n{Rest}",
            Ct);

        Assert.StartsWith("HTTP/1.1 400", answers[0], StringComparison.Ordinal);
        Assert.Single(answers);
    }

    [Fact]
    public async Task Too_many_headers_too_long_ones_and_a_too_long_address_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X-{i}: {i}\r\n"));
        var large = $"X-Large: {new string('x', 1 << 20)}\r\n";

        Assert.StartsWith("HTTP/1.1 431", (await RawHttp.SendAsync(fixture.One.Address, $"GET / HTTP/1.1\r\nHost: gaia\r\n{many}\r\n", Ct))[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", (await RawHttp.SendAsync(fixture.One.Address, $"GET / HTTP/1.1\r\nHost: gaia\r\n{large}\r\n", Ct))[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414", (await RawHttp.SendAsync(fixture.One.Address, $"GET /{new string('x', 1 << 20)} HTTP/1.1\r\nHost: gaia\r\n\r\n", Ct))[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../../internal/revocations")]
    [InlineData("/api/v1/auth/../../../internal/revocations")]
    [InlineData("/api/v1/auth/%2e%2e/%2e%2e/%2e%2e/internal/revocations")]
    [InlineData("/api/v1/auth/..%2f..%2f..%2finternal/revocations")]
    [InlineData("/api/v1/auth/..%5c..%5c..%5cinternal%5crevocations")]
    [InlineData("/api/v1/auth/..\\..\\..\\internal\\revocations")]
    [InlineData("/api/v1/auth/....//....//internal/revocations")]
    [InlineData("/api/v1/auth/%252e%252e/%252e%252e/internal/revocations")]
    [InlineData("/api/v1/auth/%00/internal")]
    [InlineData("//internal/revocations")]
    [InlineData("http://auth/internal/revocations")]
    public async Task A_path_leads_nowhere_but_into_the_public_API(string path)
    {
        var answers = await RawHttp.SendAsync(fixture.One.Address, $"GET {path} HTTP/1.1\r\nHost: {fixture.One.Address.Authority}\r\nConnection: close\r\n\r\n", Ct);

        Assert.Matches("^HTTP/1.1 40[04]", Assert.Single(answers));
    }

    [Theory]
    [InlineData("Content-Length: 1073741824")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_body_of_a_gigabyte_is_refused_and_not_kept(string length)
    {
        // As a chunk and as anything else.
        var piece = Encoding.ASCII.GetBytes($"10000\r\n{new string(' ', 1 << 16)}\r\n");
        var head = $"POST {Login} HTTP/1.1\r\nHost: gaia\r\nContent-Type: application/json\r\n{length}\r\n\r\n";
        var before = MemoryOf(fixture.One);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RawHttp.SendEndlesslyAsync(fixture.One.Address, head, piece, (1 << 30) / piece.Length, Ct)));

        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal));
        // Kept, they would be a hundred and sixty megabytes at least.
        Assert.InRange(MemoryOf(fixture.One) - before, long.MinValue, 100L << 20);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public async Task Nesting_without_end_is_a_bad_request(string open, string close)
    {
        var deep = $"{{\"email\":{string.Concat(Enumerable.Repeat(open, 100_000))}1{string.Concat(Enumerable.Repeat(close, 100_000))}}}";
        using var content = new StringContent(deep, Encoding.UTF8, "application/json");

        using var answer = await Gateway.SendAsync(HttpMethod.Post, Login, content);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    /// <summary>Resident, in bytes.</summary>
    private static long MemoryOf(LocalServer server)
    {
        using var process = System.Diagnostics.Process.GetProcessById(server.ProcessId);
        return process.WorkingSet64;
    }
}
