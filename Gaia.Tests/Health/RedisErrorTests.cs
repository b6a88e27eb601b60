using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Gaia.Tests.Assets;

namespace Gaia.Tests.Health;

/// <summary>A Redis that answers, but by errors, is not healthy.</summary>
public sealed class RedisErrorTests(AssetFixture stack) : IClassFixture<AssetFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CONFIG SET maxmemory 1mb", "CONFIG SET maxmemory 0")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
    [InlineData("ACL SETUSER default -@write", "ACL SETUSER default +@all")]
    public async Task A_Redis_that_refuses_writes_is_degraded_until_it_accepts_them(string fault, string repair)
    {
        using var ada = stack.User();
        await Eventually.IsTrueAsync(async () => await RedisAsync() == "healthy", ct: Ct);

        await stack.Redis.CommandAsync(fault, Ct);
        try
        {
            await Eventually.IsTrueAsync(
                async () =>
                {
                    await WriteAsync(ada);
                    return await RedisAsync() == "degraded";
                },
                ct: Ct);
        }
        finally
        {
            await stack.Redis.CommandAsync(repair, Ct);
        }

        await Eventually.IsTrueAsync(async () => await RedisAsync() == "healthy", ct: Ct);
    }

    /// <summary>Nobody notices but the health check.</summary>
    private static async Task WriteAsync(AssetUser user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/assets")
        {
            Content = new ByteArrayContent(RandomNumberGenerator.GetBytes(100)),
            Headers = { { "Idempotency-Key", $"{Guid.CreateVersion7()}" } },
        };
        using var answer = await user.SendAsync(request, Ct);
        await AssetUser.ReadAsync(answer, HttpStatusCode.Created);
    }

    private async Task<string?> RedisAsync()
    {
        using var anyone = new HttpClient { BaseAddress = stack.Server.Address };
        var health = await anyone.GetFromJsonAsync<JsonElement>("/health", Ct);
        return health.GetProperty("checks").GetProperty("redis").GetProperty("status").GetString();
    }
}
