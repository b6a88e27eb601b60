using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Health;

/// <summary>Freezes what the other tests stand on, so it runs beside none of them.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class RedisLossTests(GaiaApp gaia)
{
    private const string Faults = "/api/v1/admin/faults";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Well below the time that passes until one that has no reason asks Redis.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task What_one_node_notices_of_a_frozen_Redis_all_report()
    {
        using var developer = gaia.Developer();
        var redis = await RedisAsync(developer);
        var gateways = await gaia.ReplicasAsync(Resources.Gateway);
        var assets = await gaia.ReplicasAsync(Resources.Asset);
        using var frozen = await developer.PostAsJsonAsync(
            Faults, new { process = redis.GetProperty("id").GetString(), kind = "freeze", seconds = 15 }, Ct);
        Assert.Equal(HttpStatusCode.Accepted, frozen.StatusCode);

        try
        {
            await Eventually.IsTrueAsync(async () => (await RedisAsync(developer)).GetProperty("frozen").GetBoolean(), ct: Ct);

            // What no memory holds is looked for in Redis, by one gateway and one replica of chat.
            using var answer = await developer.GetAsync($"/api/v1/chat/personas?created_by={Guid.NewGuid()}", Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

            await Task.WhenAll(gateways.Select(gateway => ReportsAsync(gateway, health => health.GetProperty("redis"), "unhealthy")));
            await Task.WhenAll(assets.Select(asset => ReportsAsync(asset, health => health.GetProperty("checks").GetProperty("redis"), "degraded")));
        }
        finally
        {
            await Eventually.IsTrueAsync(async () => await HealthOfAsync(developer) == "healthy", TimeSpan.FromMinutes(1), Ct);
        }
    }

    private static async Task<JsonElement> RedisAsync(HttpClient developer)
    {
        var faults = await developer.GetFromJsonAsync<JsonElement>(Faults, Ct);
        return faults.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("resource").GetString() == Resources.Redis);
    }

    private static async Task ReportsAsync(Replica replica, Func<JsonElement, JsonElement> part, string status)
    {
        using var client = replica.Client();
        await Eventually.IsTrueAsync(
            async () => part(await client.GetFromJsonAsync<JsonElement>("/health", Ct)).GetProperty("status").GetString() == status,
            AtMost,
            Ct);
    }

    private static async Task<string?> HealthOfAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/health", Ct)).GetProperty("status").GetString();
}
