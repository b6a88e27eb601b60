using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class S3Tests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_S3_compatible_store_does_all_that_the_folder_does()
    {
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var server = await StartAsync(s3);
        using var ada = stack.User(server);
        using var bob = stack.User(server);
        var picture = Png.Noise(600, 400);
        var local = stack.Files();

        var (hers, his) = (await ada.UploadAsync(picture), await bob.UploadAsync(picture));
        Assert.Contains(hers.GetProperty("sha256").GetString()!, Assert.Single(s3.Keys()), StringComparison.Ordinal);
        await stack.KeepsNothingSinceAsync(local, Ct);
        Assert.Equal(picture, await ada.GetByteArrayAsync(hers.Url(), Ct));

        using var request = new HttpRequestMessage(HttpMethod.Get, hers.Url());
        request.Headers.Range = new RangeHeaderValue(1000, 1999);
        using var part = await ada.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(picture[1000..2000], await part.Content.ReadAsByteArrayAsync(Ct));

        Assert.Equal(HttpStatusCode.OK, await ada.StatusAsync(HttpMethod.Get, $"{hers.Url()}?w=100&format=webp"));
        Assert.Equal(2, s3.Keys().Count);

        await ada.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{hers.Id()}");
        Assert.Equal(picture, await bob.GetByteArrayAsync(his.Url(), Ct));
        await bob.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{his.Id()}");
        await Eventually.IsTrueAsync(() => s3.Keys() is [], ct: Ct);
    }

    [Fact]
    public async Task While_the_store_is_away_callers_hear_503_and_the_service_lives()
    {
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var server = await StartAsync(s3);
        using var ada = stack.User(server);
        var (kept, gone) = (await ada.UploadAsync([1, 2, 3]), await ada.UploadAsync([4, 5, 6]));
        var local = stack.Files();

        await s3.KillAsync(Ct);
        using var read = await ada.GetAsync(kept.Url(), Ct);
        await Problem.ExpectAsync(read, HttpStatusCode.ServiceUnavailable);
        using var written = await ada.UploadRawAsync([7, 8, 9], null);
        await Problem.ExpectAsync(written, HttpStatusCode.ServiceUnavailable);

        // An asset is deleted although its bytes cannot be yet, and the sweeper outlives its own attempts.
        Assert.Equal(HttpStatusCode.NoContent, await ada.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{gone.Id()}"));
        Assert.Equal(HttpStatusCode.NotFound, await ada.StatusAsync(HttpMethod.Get, $"/api/v1/assets/{gone.Id()}"));
        await Eventually.IsTrueAsync(() => server.Log.Contains("Sweep put off", StringComparison.Ordinal), TimeSpan.FromSeconds(60), Ct);
        await stack.KeepsNothingSinceAsync(local, Ct);

        await s3.RestartAsync(Ct);
        await Eventually.IsTrueAsync(() => s3.Keys().Count == 1, TimeSpan.FromSeconds(60), Ct);
        Assert.Equal([1, 2, 3], await ada.GetByteArrayAsync(kept.Url(), Ct));
    }

    [Fact]
    public async Task A_secret_that_is_not_the_store_s_is_refused_by_it_and_callers_hear_503()
    {
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var server = await StartAsync(s3, ("S3_SECRET_KEY", "another"));
        using var ada = stack.User(server);

        using var written = await ada.UploadRawAsync([1, 2, 3], null);

        await Problem.ExpectAsync(written, HttpStatusCode.ServiceUnavailable);
        Assert.Empty(s3.Keys());
        Assert.Contains("signature", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_is_killed_while_it_stores_and_removes_objects_leaves_none()
    {
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var server = await StartAsync(s3, ("Storage__Grace", "00:00:01"));
        using var ada = stack.User(server);
        for (var kill = 0; kill < 3; kill++)
        {
            var objects = s3.Keys().Count;
            var work = ComeAndGoAsync(ada);
            await Eventually.IsTrueAsync(() => s3.Keys().Count != objects, ct: Ct);
            await server.RestartAsync(Ct);
            await work;
        }

        foreach (var asset in (await ada.JsonAsync("/api/v1/assets?limit=100")).GetProperty("assets").EnumerateArray())
        {
            Assert.Equal(asset.GetProperty("size").GetInt32(), (await ada.GetByteArrayAsync(asset.Url(), Ct)).Length);
            Assert.Equal(HttpStatusCode.NoContent, await ada.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{asset.Id()}"));
        }

        await Eventually.IsTrueAsync(() => s3.Keys() is [], TimeSpan.FromSeconds(60), Ct);
    }

    /// <summary>Until the server dies under it.</summary>
    private static async Task ComeAndGoAsync(AssetUser user)
    {
        try
        {
            while (true)
            {
                var asset = await user.UploadAsync(RandomNumberGenerator.GetBytes(200_000));
                await user.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{asset.Id()}");
            }
        }
        catch (HttpRequestException)
        {
            // What the test is about.
        }
    }

    /// <summary>A replica that stores in the bucket.</summary>
    private Task<GaiaService> StartAsync(S3Server s3, params (string Name, string Value)[] changes) => stack.StartReplicaAsync(
    [
        ("DATABASE_URL", stack.DatabaseUrl($"s3{s3.Port}")),
        .. s3.Settings,
        ("Logging__LogLevel__Gaia.Asset", "Debug"),
        .. changes,
    ]);
}
