using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Caches;

public sealed class ConsistencyTests(GaiaApp gaia)
{
    private const string Personas = "/api/v1/chat/personas";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_compares_what_gateways_hold_of_its_personas_with_the_database()
    {
        using var developer = gaia.Developer();
        var id = (await developer.GetFromJsonAsync<JsonElement>(Personas, Stop)).GetProperty("personas")[0].GetProperty("id").GetString();

        await Eventually.PassesAsync(
            async () =>
            {
                await developer.GetStringAsync($"{Personas}/{id}", Stop);
                var report = await developer.GetFromJsonAsync<JsonElement>("/api/v1/admin/consistency", Stop);

                Assert.Contains(report.GetProperty("nodes").EnumerateArray(), node => node.GetProperty("node").GetString() == Resources.Chat && node.GetProperty("per_second").GetInt32() == 20);
                var persona = report.GetProperty("regions").EnumerateArray().Single(region => region.GetProperty("region").GetString() == "persona" && region.GetProperty("after").GetInt32() == 1);
                Assert.InRange(persona.GetProperty("checks").GetInt64(), 1, long.MaxValue);
                Assert.InRange(persona.GetProperty("nines").GetDouble(), 0, 9);
                Assert.Empty(report.GetProperty("violations").EnumerateArray());
            },
            ct: Stop);
    }
}
