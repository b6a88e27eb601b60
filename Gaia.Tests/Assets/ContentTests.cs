using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class ContentTests(AssetFixture stack)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=1000-1000", 1000, 1)]
    [InlineData("bytes=199000-", 199_000, 1000)]
    [InlineData("bytes=-10", 199_990, 10)]
    [InlineData("bytes=199000-999999", 199_000, 1000)]
    public async Task A_range_comes_as_asked(string range, int from, int length)
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(200_000);
        var asset = await ada.UploadAsync(content);

        using var request = new HttpRequestMessage(HttpMethod.Get, asset.Url());
        request.Headers.Range = RangeHeaderValue.Parse(range);
        using var answer = await ada.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(content[from..(from + length)], await answer.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal($"bytes {from}-{from + length - 1}/200000", answer.Content.Headers.ContentRange?.ToString());
    }

    /// <summary>RFC 9110, 14.2.</summary>
    [Theory]
    [InlineData("items=0-9")]
    [InlineData("pages=1-2")]
    public async Task A_range_in_an_unknown_unit_is_ignored(string range)
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync([1, 2, 3]);
        using var request = new HttpRequestMessage(HttpMethod.Get, asset.Url());
        request.Headers.TryAddWithoutValidation("Range", range);

        using var answer = await ada.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(3, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_not_satisfiable()
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync(RandomNumberGenerator.GetBytes(100));

        using var request = new HttpRequestMessage(HttpMethod.Get, asset.Url());
        request.Headers.Range = new(100, null);
        using var answer = await ada.SendAsync(request, Ct);

        await Problem.ExpectAsync(answer, HttpStatusCode.RequestedRangeNotSatisfiable);
        Assert.Equal("bytes */100", answer.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_of_other_content_than_the_client_has_comes_whole()
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(1000);
        var asset = await ada.UploadAsync(content);
        var tag = new EntityTagHeaderValue($"\"{asset.GetProperty("sha256").GetString()}\"");

        Assert.Equal(HttpStatusCode.PartialContent, await WithRange(tag));
        Assert.Equal(HttpStatusCode.OK, await WithRange(new("\"other\"")));

        async Task<HttpStatusCode> WithRange(EntityTagHeaderValue known)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, asset.Url());
            request.Headers.Range = new(0, 9);
            request.Headers.IfRange = new(known);
            using var answer = await ada.SendAsync(request, Ct);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task What_a_client_has_is_not_sent_again()
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync(RandomNumberGenerator.GetBytes(1000));

        Assert.All(await Task.WhenAll(Again(asset.Url()), Again($"{Assets}/{asset.Id()}")), status => Assert.Equal(HttpStatusCode.NotModified, status));

        async Task<HttpStatusCode> Again(string path)
        {
            using var first = await ada.GetAsync(path, Ct);
            Assert.Equal("no-cache, private", first.Headers.CacheControl?.ToString());
            Assert.False(first.Headers.ETag!.IsWeak);

            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(first.Headers.ETag);
            using var again = await ada.SendAsync(request, Ct);
            return again.StatusCode;
        }
    }

    [Fact]
    public async Task A_browser_runs_nothing_that_users_brought()
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync("<script>alert(1)</script>"u8.ToArray(), "text/html", "page.html");

        using var answer = await ada.GetAsync(asset.Url(), Ct);

        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Fact]
    public async Task A_list_is_walked_page_by_page_newest_first()
    {
        using var ada = stack.User();
        var uploaded = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            uploaded.Insert(0, (await ada.UploadAsync([1, (byte)i])).Id());
        }

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await ada.JsonAsync($"{Assets}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.Equal(5, page.GetProperty("total").GetInt32());
            seen.AddRange(page.GetProperty("assets").EnumerateArray().Select(asset => asset.Id()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(uploaded, seen);
    }

    [Theory]
    [InlineData("?limit=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?limit=101", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?cursor=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/nonsense/content", HttpStatusCode.BadRequest)]
    public async Task What_makes_no_sense_is_told_apart(string tail, HttpStatusCode status)
    {
        using var ada = stack.User();

        using var answer = await ada.GetAsync(Assets + tail, Ct);

        await Problem.ExpectAsync(answer, status);
    }

    [Fact]
    public async Task An_asset_exists_for_its_owner_only()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        using var admin = stack.User(scopes: Scopes.Admin);
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var asset = await ada.UploadAsync(RandomNumberGenerator.GetBytes(10));
        string[] paths = [$"{Assets}/{asset.Id()}", asset.Url(), $"{asset.Url()}?w=10"];

        foreach (var path in paths)
        {
            foreach (var other in new[] { bob, admin })
            {
                using var answer = await other.GetAsync(path, Ct);
                await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, "Asset not found");
            }

            using var unknown = await nobody.GetAsync(path, Ct);
            await Problem.ExpectAsync(unknown, HttpStatusCode.Unauthorized);
        }

        Assert.Equal(HttpStatusCode.NotFound, await bob.StatusAsync(HttpMethod.Delete, paths[0]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.DeleteAsync(paths[0], Ct)).StatusCode);
        Assert.Equal(0, (await bob.JsonAsync(Assets)).GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.OK, await ada.StatusAsync(HttpMethod.Get, paths[0]));
    }
}
