using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Tests.Dashboard;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The link that <c>./run.sh</c> prints, and the links between services and servers that it lets one break.</summary>
[Collection(GaiaWithLinksDefinition.Name)]
public sealed class LinkFaultTests(GaiaWithLinks gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_printed_link_signs_in_and_Redis_is_cut_off_under_a_load_of_which_nothing_fails()
    {
        await using var tab = await browser.OpenAsync(new(gaia.Address), path: gaia.Console);
        await Assertions.Expect(tab.Heading("Overview")).ToBeVisibleAsync();
        Assert.EndsWith("/console", tab.Page.Url, StringComparison.Ordinal);
        await tab.GoAsync("Faults");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start load" }).ClickAsync();
        await Assertions.Expect(tab.Tile("Answered")).ToHaveTextAsync(new Regex("^[1-9]"));

        await tab.Page.GetByLabel("Length").SelectOptionAsync("30");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cut the link to redis", Exact = true }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("No service reaches redis for 30 seconds.")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Tile("Redis")).ToHaveTextAsync("unhealthy");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Table, new() { NameRegex = new("^Links") }).GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = new("^redis(?!-)") })).ToContainTextAsync("cut");
        await tab.ExpectAccessibleAsync();
        await tab.SaveScreenshotAsync("light-faults-cut");
        await Assertions.Expect(tab.Tile("Redis")).ToHaveTextAsync("healthy");

        Assert.Equal("0", await tab.Tile("Failed").TextContentAsync());
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_slow_link_delays_what_goes_through_it_until_its_time_is_over()
    {
        using var client = new HttpClient { BaseAddress = new(gaia.Address), DefaultRequestHeaders = { { "X-API-Key", gaia.Key } } };

        using var begun = await client.PostAsJsonAsync("/api/v1/admin/faults", new { link = Resources.Postgres, kind = "slow", seconds = 20 }, Ct);

        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        await Eventually.IsTrueAsync(async () => await FaultOfPostgresAsync() == "slow", ct: Ct);
        var since = TimeProvider.System.GetTimestamp();
        await client.GetStringAsync($"/api/v1/chat/personas?created_by={Guid.NewGuid()}", Ct);
        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(195));
        await Eventually.IsTrueAsync(async () => await FaultOfPostgresAsync() is null, ct: Ct);

        async Task<string?> FaultOfPostgresAsync() =>
            (await client.GetFromJsonAsync<JsonElement>("/api/v1/admin/faults", Ct)).GetProperty("links").EnumerateArray()
                .Single(link => link.GetProperty("id").GetString() == Resources.Postgres).GetProperty("fault").GetString();
    }
}
