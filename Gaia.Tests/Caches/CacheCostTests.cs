using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Caches;

public sealed class CacheCostTests(GaiaApp gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_commands_of_every_node_are_counted_and_have_their_price()
    {
        using var developer = gaia.Developer();
        using var flushed = await developer.PostAsJsonAsync("/api/v1/admin/cache/flush", new { pattern = "persona:*" }, Ct);
        flushed.EnsureSuccessStatusCode();
        await developer.GetStringAsync("/api/v1/chat/personas", Ct);

        await Eventually.PassesAsync(
            async () =>
            {
                var cost = await developer.GetFromJsonAsync<JsonElement>("/api/v1/admin/cache/cost?minutes=60", Ct);
                var commands = cost.GetProperty("commands").GetInt64();
                Assert.True(commands > 0);
                Assert.Equal(2 * GaiaApp.ReplicaCount, cost.GetProperty("nodes").GetArrayLength());
                Assert.Equal(commands, cost.GetProperty("nodes").EnumerateArray().Sum(node => node.GetProperty("commands").GetInt64()));
                Assert.Equal(commands, cost.GetProperty("regions").EnumerateArray().Sum(region => region.GetProperty("commands").GetInt64()));
                Assert.Equal(commands * 0.20m / 100_000, cost.GetProperty("cost").GetDecimal());

                // No node is an hour old: a month is forecast by what there is, however much is asked for.
                var day = await developer.GetFromJsonAsync<JsonElement>("/api/v1/admin/cache/cost", Ct);
                Assert.InRange(cost.GetProperty("cost_of_month").GetDecimal(), commands * 0.20m / 100_000 * 720, decimal.MaxValue);
                Assert.Equal(cost.GetProperty("cost_of_month").GetDecimal(), day.GetProperty("cost_of_month").GetDecimal());
            },
            ct: Ct);
    }
}
