using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class LinkTests(AssetFixture stack)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_opens_the_asset_to_a_client_without_credentials()
    {
        using var ada = stack.User();
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var content = RandomNumberGenerator.GetBytes(500);
        var asset = await ada.UploadAsync(content);

        var link = await ada.SignAsync(asset, new { expires_in = 60, method = "GET" });

        Assert.Equal(content, await nobody.GetByteArrayAsync(link, Ct));
        using var head = await nobody.SendAsync(new(HttpMethod.Head, link), Ct);
        Assert.Equal(500, head.Content.Headers.ContentLength);
        using var metadata = await nobody.GetAsync(link.Replace("/content", "", StringComparison.Ordinal), Ct);
        Assert.Equal(asset.ToString(), await metadata.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_link_made_by_one_replica_opens_on_another()
    {
        await using var replica = await stack.StartReplicaAsync();
        using var ada = stack.User();
        using var elsewhere = AssetUser.Nobody(replica.Address);
        var asset = await ada.UploadAsync([1, 2, 3, 4]);

        Assert.Equal([1, 2, 3, 4], await elsewhere.GetByteArrayAsync(await ada.SignAsync(asset, new { }), Ct));
    }

    [Fact]
    public async Task A_link_that_anyone_has_changed_opens_nothing()
    {
        using var ada = stack.User();
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var (mine, other) = (await ada.UploadAsync([1, 2]), await ada.UploadAsync([3, 4]));
        var link = await ada.SignAsync(mine, new { expires_in = 60 });
        var signature = link[(link.LastIndexOf('=') + 1)..];
        var expires = long.Parse(link.Split("expires=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);

        string[] forgeries =
        [
            link.Replace($"{mine.Id()}", $"{other.Id()}", StringComparison.Ordinal),
            link.Replace($"expires={expires}", $"expires={expires + 1}", StringComparison.Ordinal),
            link.Replace("method=GET", "method=HEAD", StringComparison.Ordinal),
            link.Replace(signature, $"{(signature[0] == 'A' ? 'B' : 'A')}{signature[1..]}", StringComparison.Ordinal),
            link.Replace(signature, signature[..^2], StringComparison.Ordinal),
            link.Replace(signature, "", StringComparison.Ordinal),
            link.Replace(signature, new string('A', 5000), StringComparison.Ordinal),
            link.Replace(signature, "%00%ff", StringComparison.Ordinal),
            $"{mine.Url()}?signature={signature}",
        ];

        foreach (var forgery in forgeries)
        {
            using var answer = await nobody.GetAsync(forgery, Ct);
            await Problem.ExpectAsync(answer, HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task A_link_does_what_it_was_made_for_and_no_more()
    {
        using var ada = stack.User();
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var asset = await ada.UploadAsync([5, 6]);
        var (get, head) = (await ada.SignAsync(asset, new { method = "GET" }), await ada.SignAsync(asset, new { method = "HEAD" }));

        Assert.Equal(HttpStatusCode.OK, (await nobody.SendAsync(new(HttpMethod.Head, head), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.GetAsync(head, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.DeleteAsync(get.Replace("/content", "", StringComparison.Ordinal), Ct)).StatusCode);
    }

    [Fact]
    public async Task A_link_ends_with_its_time_and_with_its_asset()
    {
        using var ada = stack.User();
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var asset = await ada.UploadAsync([7, 8]);
        var (shortly, longer) = (await ada.SignAsync(asset, new { expires_in = 1 }), await ada.SignAsync(asset, new { expires_in = 600 }));

        await Eventually.IsTrueAsync(async () => (await nobody.GetAsync(shortly, Ct)).StatusCode == HttpStatusCode.Forbidden, ct: Ct);
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync(longer, Ct)).StatusCode);

        await ada.StatusAsync(HttpMethod.Delete, $"{Assets}/{asset.Id()}");
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync(longer, Ct)).StatusCode);
    }

    [Fact]
    public async Task Only_the_owner_makes_links_and_only_sensible_ones()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        using var nobody = AssetUser.Nobody(stack.Server.Address);
        var path = $"{Assets}/{(await ada.UploadAsync([9])).Id()}/sign";

        await Problem.ExpectAsync(await bob.PostAsJsonAsync(path, new { }, Ct), HttpStatusCode.NotFound, "Asset not found");
        await Problem.ExpectAsync(await nobody.PostAsJsonAsync(path, new { }, Ct), HttpStatusCode.Unauthorized);
        await Problem.ExpectAsync(await ada.PostAsJsonAsync(path, new { expires_in = 0 }, Ct), HttpStatusCode.UnprocessableEntity);
        await Problem.ExpectAsync(await ada.PostAsJsonAsync(path, new { expires_in = 700_000 }, Ct), HttpStatusCode.UnprocessableEntity);
        var wrong = await Problem.ExpectAsync(await ada.PostAsJsonAsync(path, new { method = "PUT" }, Ct), HttpStatusCode.UnprocessableEntity);
        Assert.Equal("GET or HEAD.", wrong.GetProperty("errors").GetProperty("method")[0].GetString());
    }
}
