using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>Faults on purpose, so they run beside no other test of the graph.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class FaultPageTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private const string Faults = "/api/v1/admin/faults";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_is_frozen_under_a_load_of_which_nothing_fails()
    {
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Faults");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start load" }).ClickAsync();
        var answered = tab.Tile("Answered");
        await Assertions.Expect(answered).ToHaveTextAsync(new Regex("^[1-9]"));

        await tab.Page.GetByLabel("Length").SelectOptionAsync("30");
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Freeze redis-") }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText(new Regex("^redis-.+ is frozen for 30 seconds"))).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "redis" })).ToContainTextAsync("frozen");
        await Assertions.Expect(tab.Tile("Redis")).ToHaveTextAsync("unhealthy");
        await tab.SaveScreenshotAsync("light-faults-frozen");

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "redis" })).Not.ToContainTextAsync("frozen");
        await Assertions.Expect(tab.Tile("Redis")).ToHaveTextAsync("healthy");

        await Assertions.Expect(answered).ToHaveTextAsync(new Regex("^[1-9][0-9,]{2}"));
        await Assertions.Expect(tab.Tile("Failed")).ToHaveTextAsync("0");
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task Postgres_is_frozen_with_all_its_processes()
    {
        using var developer = gaia.Developer();
        var list = await developer.GetFromJsonAsync<JsonElement>(Faults, Ct);
        var postgres = list.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("resource").GetString() == Resources.Postgres);

        using var frozen = await developer.PostAsJsonAsync(Faults, new { process = postgres.GetProperty("id").GetString(), kind = "freeze", seconds = 15 }, Ct);

        Assert.Equal(HttpStatusCode.Accepted, frozen.StatusCode);
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) == "unhealthy", ct: Ct);
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) == "healthy", TimeSpan.FromMinutes(2), Ct);
    }

    [Fact]
    public async Task A_process_that_is_killed_is_another_one_soon()
    {
        using var developer = gaia.Developer();
        var before = await gaia.ReplicasAsync(Resources.Asset);

        using var killed = await developer.PostAsJsonAsync(Faults, new { process = before[0].Id, kind = "kill" }, Ct);

        Assert.Equal(HttpStatusCode.Accepted, killed.StatusCode);
        await Eventually.IsTrueAsync(
            async () =>
            {
                var now = await gaia.ReplicasAsync(Resources.Asset);
                return now.All(replica => replica.Process != before[0].Process) && (await HealthAsync(developer)) == "healthy";
            },
            ct: Ct);
    }

    [Theory]
    [InlineData("""{"process":"redis-nobody","kind":"kill"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"process":"redis-nobody","kind":"explode"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"process":"redis-nobody","kind":"freeze","seconds":61}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"kind":"freeze"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"process":"redis-nobody","kind":"cut"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"link":"redis","kind":"kill"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"link":"redis","process":"redis-nobody","kind":"cut"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"link":"redis","kind":"cut"}""", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_broken_is_told(string body, HttpStatusCode expected)
    {
        using var developer = gaia.Developer();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await developer.PostAsync(Faults, content, Ct);

        await Problem.ExpectAsync(answer, expected);
    }

    /// <summary>Also of an answer that says 503.</summary>
    private static async Task<string?> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health", Ct);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("status").GetString();
    }
}
