using System.Net;
using System.Net.Http.Json;
using Gaia.Tests.Dashboard;

namespace Gaia.Tests.Regions;

/// <summary>Two regions that one command starts, and what lies between them cut from the console's API.</summary>
[Collection(GaiaWithLinksDefinition.Name)]
public sealed class RegionsOnOneMachineTests(GaiaWithLinks gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_region_refuses_callers_while_it_is_cut_off_from_home_and_admits_them_again()
    {
        using var home = Client(gaia.Address);
        using var away = Client(gaia.FollowerAddress);
        await Eventually.IsTrueAsync(async () => await StatusAsync(away) == HttpStatusCode.OK, ct: Ct);

        (await home.PostAsJsonAsync("/api/v1/admin/faults", new { link = "regions", kind = "cut", seconds = 5 }, Ct)).EnsureSuccessStatusCode();

        await Eventually.IsTrueAsync(async () => await StatusAsync(away) == HttpStatusCode.ServiceUnavailable, ct: Ct);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(home));
        await Eventually.IsTrueAsync(async () => await StatusAsync(away) == HttpStatusCode.OK, ct: Ct);
    }

    private HttpClient Client(string address)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Add("X-API-Key", gaia.Key);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/chat/personas", Ct);
        return answer.StatusCode;
    }
}
