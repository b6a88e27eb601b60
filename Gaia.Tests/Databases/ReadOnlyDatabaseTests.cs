using System.Net;
using System.Security.Cryptography;
using Gaia.Tests.Assets;

namespace Gaia.Tests.Databases;

/// <summary>A database that refuses writes, as the old primary does after a failover, under a running service.</summary>
public sealed class ReadOnlyDatabaseTests(AssetFixture stack) : IClassFixture<AssetFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_are_503_while_the_database_is_read_only_and_work_again_after_it()
    {
        using var ada = stack.User();
        using var anyone = new HttpClient { BaseAddress = stack.Server.Address };
        await ada.UploadAsync(RandomNumberGenerator.GetBytes(100));

        // It holds for sessions that begin now, for as long as they live.
        await stack.ExecuteAsync("ALTER DATABASE assetdb SET default_transaction_read_only = on");
        await stack.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'assetdb' AND pid <> pg_backend_pid()");
        try
        {
            await Eventually.IsTrueAsync(async () => await StatusOfAsync(anyone, "/health") == HttpStatusCode.ServiceUnavailable, ct: Ct);

            using var refused = await ada.UploadRawAsync(RandomNumberGenerator.GetBytes(100), "application/octet-stream");
            await Problem.ExpectAsync(refused, HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(ada, "/api/v1/assets"));
        }
        finally
        {
            await stack.ExecuteAsync("SET default_transaction_read_only = off; ALTER DATABASE assetdb RESET default_transaction_read_only");
        }

        await Eventually.IsTrueAsync(async () => await StatusOfAsync(anyone, "/health") == HttpStatusCode.OK, ct: Ct);
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await ada.UploadRawAsync(RandomNumberGenerator.GetBytes(100), "application/octet-stream");
                return answer.StatusCode == HttpStatusCode.Created;
            },
            ct: Ct);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Ct);
        return answer.StatusCode;
    }
}
