using System.Net;
using System.Net.Http.Headers;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class S3Tests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_S3_compatible_store_does_all_that_the_folder_does()
    {
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var server = await stack.StartReplicaAsync(
            ("DATABASE_URL", stack.DatabaseUrl($"s3{s3.Port}")),
            ("S3_BUCKET", S3Server.Bucket),
            ("S3_ENDPOINT", s3.Url),
            ("S3_ACCESS_KEY", S3Server.AccessKey),
            ("S3_SECRET_KEY", S3Server.AccessKey));
        using var ada = stack.User(server);
        using var bob = stack.User(server);
        var picture = Png.Noise(600, 400);
        var local = stack.Files().Count;

        var (hers, his) = (await ada.Upload(picture), await bob.Upload(picture));
        Assert.Contains(hers.GetProperty("sha256").GetString()!, Assert.Single(s3.Keys()), StringComparison.Ordinal);
        Assert.Equal(local, stack.Files().Count);
        Assert.Equal(picture, await ada.GetByteArrayAsync(hers.Url(), Ct));

        using var request = new HttpRequestMessage(HttpMethod.Get, hers.Url());
        request.Headers.Range = new RangeHeaderValue(1000, 1999);
        using var part = await ada.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(picture[1000..2000], await part.Content.ReadAsByteArrayAsync(Ct));

        Assert.Equal(HttpStatusCode.OK, await ada.Status(HttpMethod.Get, $"{hers.Url()}?w=100&format=webp"));
        Assert.Equal(2, s3.Keys().Count);

        await ada.Status(HttpMethod.Delete, $"/api/v1/assets/{hers.Id()}");
        Assert.Equal(picture, await bob.GetByteArrayAsync(his.Url(), Ct));
        await bob.Status(HttpMethod.Delete, $"/api/v1/assets/{his.Id()}");
        await Eventually.IsTrue(() => s3.Keys() is [], ct: Ct);
    }
}
