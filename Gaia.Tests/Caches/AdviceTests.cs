using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Caches;

public sealed class AdviceTests(GaiaApp gaia)
{
    private const string Advice = "/api/v1/admin/cache/advice";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_region_has_its_curves_and_what_is_advised_or_why_nothing_is()
    {
        using var developer = gaia.Developer();
        await developer.GetStringAsync("/api/v1/chat/personas", Stop);

        var report = await developer.GetFromJsonAsync<JsonElement>(Advice, Stop);

        var lists = report.GetProperty("regions").EnumerateArray().Single(region => region.GetProperty("region").GetString() == "personas.list");
        Assert.Equal("PERSONA_LIST_CACHE_TTL", lists.GetProperty("now").GetProperty("setting").GetString());
        var curve = lists.GetProperty("ttl_curve").EnumerateArray().ToList();
        Assert.Contains(curve, point => point[0].GetDouble() == lists.GetProperty("now").GetProperty("ttl_s").GetDouble());
        Assert.Equal(curve.Select(point => point[1].GetDouble()).Order(), curve.Select(point => point[1].GetDouble()));
        Assert.NotEqual("", lists.GetProperty("why").GetString());
        Assert.Equal(64 << 20, report.GetProperty("memory").GetProperty("limit").GetInt64());
    }

    [Theory]
    [InlineData("nothing", 5, HttpStatusCode.NotFound)]
    [InlineData("nothing", 0, HttpStatusCode.BadRequest)]
    [InlineData("nothing", 1_441, HttpStatusCode.BadRequest)]
    public async Task What_is_not_advised_cannot_be_tried(string id, int minutes, HttpStatusCode status)
    {
        using var developer = gaia.Developer();

        var answer = await developer.PostAsJsonAsync($"{Advice}/{id}/try", new { minutes }, Stop);

        Assert.Equal(status, answer.StatusCode);
    }
}
