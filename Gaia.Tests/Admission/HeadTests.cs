using System.Net;

namespace Gaia.Tests.Admission;

/// <summary>Every GET route of every service answers HEAD as it answers GET, without the body.</summary>
public sealed class HeadTests(GaiaApp gaia)
{
    private static readonly string[] Compared = ["Content-Type", "Content-Encoding", "ETag", "Cache-Control", "Vary", "Allow", "WWW-Authenticate"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths =>
        ["/docs/", "/openapi/v1.json", .. RouteTable.All.Where(route => route.Method == "GET").Select(route => route.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task It_has_the_headers_of_the_GET_and_no_body(string template)
    {
        var path = template.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal);
        foreach (var encoding in (string[])["identity", "gzip"])
        {
            using var get = await SendAsync(HttpMethod.Get, path, encoding);
            using var head = await SendAsync(HttpMethod.Head, path, encoding);

            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.NotEqual(HttpStatusCode.MethodNotAllowed, head.StatusCode);
            Assert.All(Compared, name => Assert.True(Header(get, name) == Header(head, name), $"{name} of {(int)get.StatusCode} for {encoding}: {Header(get, name)}, {Header(head, name)}"));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string encoding)
    {
        using var client = gaia.Developer();
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Accept-Encoding", encoding);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(',', values) : "";
}
