using System.Net;
using System.Security.Cryptography;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class DeletionTests(AssetFixture stack)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_stay_until_the_last_who_has_them_deletes_them()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        var (hers, his) = (await ada.UploadAsync(content), await bob.UploadAsync(content));

        Assert.Equal(HttpStatusCode.NoContent, await ada.StatusAsync(HttpMethod.Delete, $"{Assets}/{hers.Id()}"));
        Assert.Equal(HttpStatusCode.NotFound, await ada.StatusAsync(HttpMethod.Delete, $"{Assets}/{hers.Id()}"));
        Assert.Equal(content, await bob.GetByteArrayAsync(his.Url(), Ct));

        Assert.Equal(HttpStatusCode.NoContent, await bob.StatusAsync(HttpMethod.Delete, $"{Assets}/{his.Id()}"));

        // The sweeper may have been quicker, and not be through.
        await Eventually.IsTrueAsync(() => FilesOf(content) is [], ct: Ct);
    }

    [Fact]
    public async Task A_deletion_that_was_meant_for_another_version_is_refused()
    {
        using var ada = stack.User();
        var path = $"{Assets}/{(await ada.UploadAsync(RandomNumberGenerator.GetBytes(100))).Id()}";
        using var seen = await ada.GetAsync(path, Ct);

        using var stale = new HttpRequestMessage(HttpMethod.Delete, path) { Headers = { { "If-Match", "\"another\"" } } };
        await Problem.ExpectAsync(await ada.SendAsync(stale, Ct), HttpStatusCode.PreconditionFailed);
        using var meant = new HttpRequestMessage(HttpMethod.Delete, path) { Headers = { { "If-Match", $"{seen.Headers.ETag}" } } };
        using var deleted = await ada.SendAsync(meant, Ct);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Theory]
    [InlineData("DELETE FROM assets WHERE id = '{0}'")]
    [InlineData("WITH gone AS (DELETE FROM assets WHERE id = '{0}' RETURNING blob_id) UPDATE blobs SET state = 'Doomed' FROM gone WHERE id = blob_id")]
    [InlineData("WITH gone AS (DELETE FROM assets WHERE id = '{0}' RETURNING blob_id) UPDATE blobs SET state = 'Writing', created_at = now() - interval '1 day' FROM gone WHERE id = blob_id")]
    public async Task Bytes_that_a_crash_left_behind_are_found(string stateAfterTheCrash)
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        var asset = await ada.UploadAsync(content);

        await stack.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, stateAfterTheCrash, asset.Id()));

        await Eventually.IsTrueAsync(() => FilesOf(content) is [], ct: Ct);
        await Eventually.IsTrueAsync(async () => await stack.CountAsync($"SELECT count(*) FROM blobs WHERE sha256 = '{asset.GetProperty("sha256").GetString()}'") == 0, ct: Ct);
    }

    [Fact]
    public async Task The_same_content_comes_and_goes_on_two_replicas_and_is_there_whenever_anyone_has_it()
    {
        await using var replica = await stack.StartReplicaAsync();
        var content = RandomNumberGenerator.GetBytes(2000);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            using var user = stack.User(worker % 2 == 0 ? stack.Server : replica);
            for (var round = 0; round < 25; round++)
            {
                var asset = await user.UploadAsync(content);
                Assert.Equal(content, await user.GetByteArrayAsync(asset.Url(), Ct));
                Assert.Equal(HttpStatusCode.NoContent, await user.StatusAsync(HttpMethod.Delete, $"{Assets}/{asset.Id()}"));
            }
        }));

        await Eventually.IsTrueAsync(() => FilesOf(content) is [], ct: Ct);
    }

    [Fact]
    public async Task A_replica_that_is_killed_again_and_again_loses_nothing_and_leaves_nothing()
    {
        await using var replica = await stack.StartReplicaAsync(("Storage__Grace", "00:00:01"));
        using var user = stack.User(replica);
        var contents = Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetBytes(3_000_000)).ToArray();

        for (var kill = 0; kill < 5; kill++)
        {
            var work = Enumerable.Range(0, 4).Select(worker => ComeAndGoAsync(user, contents[worker])).ToArray();
            var busy = stack.Files().Count;
            await Eventually.IsTrueAsync(() => stack.Files().Count != busy, ct: Ct);
            await replica.RestartAsync(Ct);
            await Task.WhenAll(work);
        }

        var kept = (await user.JsonAsync($"{Assets}?limit=100")).GetProperty("assets").EnumerateArray().ToArray();
        foreach (var asset in kept)
        {
            var bytes = await user.GetByteArrayAsync(asset.Url(), Ct);
            Assert.Equal(asset.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        foreach (var asset in kept)
        {
            Assert.Equal(HttpStatusCode.NoContent, await user.StatusAsync(HttpMethod.Delete, $"{Assets}/{asset.Id()}"));
        }

        await Eventually.IsTrueAsync(() => stack.Files().All(file => !file.FullName.Contains("staging", StringComparison.Ordinal)), ct: Ct);
        await Eventually.IsTrueAsync(() => contents.All(content => FilesOf(content) is []), ct: Ct);
        Assert.Equal(0, await stack.CountAsync($"SELECT bytes FROM storage_uses WHERE owner_id = '{user.Id}'"));
    }

    /// <summary>Until the server dies under it.</summary>
    private static async Task ComeAndGoAsync(AssetUser user, byte[] content)
    {
        try
        {
            while (true)
            {
                var asset = await user.UploadAsync(content);
                await user.StatusAsync(HttpMethod.Delete, $"{Assets}/{asset.Id()}");
            }
        }
        catch (HttpRequestException)
        {
            // What the test is about.
        }
    }

    private FileInfo[] FilesOf(byte[] content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        return [.. stack.Files().Where(file => file.Name.StartsWith(sha256, StringComparison.Ordinal))];
    }
}
