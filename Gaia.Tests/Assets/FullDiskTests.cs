using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gaia.Tests.Assets;

/// <summary>A replica whose ASSET_PATH is a volume of 3 MB.</summary>
[Collection(nameof(AssetFixture))]
public sealed class FullDiskTests(AssetFixture stack)
{
    private const int FileSize = 1_200_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Mounts the volume where only the service sees it; without privileges in a user namespace.</summary>
    private static string[] Launcher(string folder) =>
    [
        "unshare",
        .. Environment.IsPrivilegedProcess ? (string[])["--mount"] : ["--mount", "--map-root-user"],
        "sh", "-c", "mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$@\"", folder,
    ];

    [Fact]
    public async Task An_upload_to_a_full_disk_is_507_leaves_nothing_and_is_seen_in_health_until_there_is_room()
    {
        var folder = Directory.CreateTempSubdirectory("gaia-small-");
        try
        {
            await using var server = await stack.StartReplicaAsync(
                Launcher(folder.FullName), ("ASSET_PATH", folder.FullName), ("DATABASE_URL", stack.DatabaseUrl("smalldb")));
            using var ada = stack.User(server);
            await ada.UploadAsync(RandomNumberGenerator.GetBytes(FileSize));
            var last = await ada.UploadAsync(RandomNumberGenerator.GetBytes(FileSize));
            Assert.Equal("healthy", await StorageAsync(server));

            using var refused = await ada.UploadRawAsync(RandomNumberGenerator.GetBytes(FileSize), "application/octet-stream");

            await Problem.ExpectAsync(refused, HttpStatusCode.InsufficientStorage);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("degraded", await StorageAsync(server));

            // What is left of 3 MB after two files, and nothing of the third.
            await ada.UploadAsync(RandomNumberGenerator.GetBytes(500_000));

            Assert.Equal(HttpStatusCode.NoContent, await ada.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{last.Id()}"));
            await Eventually.IsTrueAsync(async () => await StorageAsync(server) == "healthy", ct: Ct);
            await ada.UploadAsync(RandomNumberGenerator.GetBytes(FileSize));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string?> StorageAsync(GaiaService server)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var answer = await client.GetAsync("/health", Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var checks = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)).GetProperty("checks");
        return checks.GetProperty("storage").GetProperty("status").GetString();
    }
}
