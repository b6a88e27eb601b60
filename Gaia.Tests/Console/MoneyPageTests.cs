using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Tests.Auth;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The pages of the running graph that are about money and who spends it, in a browser.</summary>
public sealed class MoneyPageTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Usage_is_shown_by_what_is_chosen_and_downloaded_as_it_is_shown()
    {
        await gaia.UseAsync();
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Usage and cost");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Cell, new() { Name = "rehearsal", Exact = true })).ToBeVisibleAsync();
        await tab.Page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Route");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Cell, new() { Name = "/v1/chat/completions", Exact = true })).ToBeVisibleAsync();
        await tab.Page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("API key");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Cell, new() { Name = "development (admin@gaia.localhost)", Exact = true })).ToBeVisibleAsync();

        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Download CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), Ct);

        Assert.StartsWith("usage-by-key-", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.StartsWith("key,name,calls,", lines[0], StringComparison.Ordinal);
        Assert.True(lines.Length > 1);

        await tab.Page.GetByLabel("From").FillAsync("2020-01-01");
        await tab.Page.GetByLabel("To").FillAsync("2020-01-02");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByText("No model has been called in this time.")).ToBeVisibleAsync();
        tab.ExpectNoTrouble();
        await tab.Page.GetByLabel("To").FillAsync("2019-01-02");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("from is after to");
    }

    [Fact]
    public async Task Redis_commands_are_shown_by_who_sent_them_and_machines_with_how_long_they_ran()
    {
        // Signing in is limited by Redis.
        await using var tab = await browser.SignInAsync(gaia);
        using var developer = gaia.Developer();
        string[] machines = [.. ((string[])[Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway]).Select(service => $"{service}@{Environment.MachineName}")];
        await Eventually.PassesAsync(
            async () =>
            {
                Assert.Contains("rate_limit", await developer.GetStringAsync("/api/v1/admin/cost?by=region", Ct), StringComparison.Ordinal);
                var cost = await developer.GetStringAsync("/api/v1/admin/cost?by=machine", Ct);
                Assert.All(machines, machine => Assert.Contains(machine, cost, StringComparison.Ordinal));
            },
            TimeSpan.FromMinutes(2),
            Ct);

        await tab.GoAsync("Usage and cost");

        await ExpectCellAsync("Redis commands by who sent them", "rate_limit");
        foreach (var machine in machines)
        {
            await ExpectCellAsync("Machines", machine);
        }

        await tab.SaveScreenshotAsync("light-cost-of-machines");
        tab.ExpectNoTrouble();

        Task ExpectCellAsync(string region, string cell) =>
            Assertions.Expect(tab.Page.GetByRole(AriaRole.Region, new() { Name = region }).GetByRole(AriaRole.Cell, new() { Name = cell, Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_budget_is_set_shown_recorded_and_deleted()
    {
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Budgets");
        await tab.Page.GetByLabel("Of", new() { Exact = true }).SelectOptionAsync("Persona");
        await tab.Page.GetByLabel("Whose").SelectOptionAsync("Mu");
        await tab.Page.GetByLabel("Each").SelectOptionAsync("month");
        await tab.Page.GetByLabel("Tokens", new() { Exact = true }).FillAsync("123456789");
        await tab.Page.Keyboard.PressAsync("Enter");

        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Persona Mu" });
        await Assertions.Expect(row).ToContainTextAsync("of 123,456,789");
        await Assertions.Expect(row).ToContainTextAsync("soft");
        await tab.SaveScreenshotAsync("light-budgets-set");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the budget of Persona Mu each month" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Assertions.Expect(row).ToHaveCountAsync(0);
        await tab.GoAsync("Audit");
        var record = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "PUT /api/v1/admin/budgets" }).Filter(new() { HasText = "Month: 123456789 tokens, soft" });
        await Assertions.Expect(record).ToHaveCountAsync(1);
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task Alerts_of_a_budget_are_listed_and_a_test_says_that_no_webhook_is_configured()
    {
        using var developer = gaia.Developer();
        var me = await developer.GetFromJsonAsync<JsonElement>("/api/v1/auth/me", Ct);
        using var set = await developer.PutAsJsonAsync(
            "/api/v1/admin/budgets", new { scope = "user", target_id = me.GetProperty("user").GetProperty("id").GetString(), period = "day", limit_tokens = 1, hard = false }, Ct);
        var budget = await set.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
        await gaia.UseAsync();
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Alerts");

        var overrun = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Alerts, newest first" }).GetByText("Overrun: the soft budget of user admin@gaia.localhost each day");
        await Eventually.PassesAsync(
            async () =>
            {
                await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Refresh" }).ClickAsync();
                await Assertions.Expect(overrun).ToHaveCountAsync(1, new() { Timeout = 1_000 });
            },
            ct: Ct);
        await Assertions.Expect(tab.Page.GetByText("Set ALERT_WEBHOOK_URL")).ToBeVisibleAsync();
        var rules = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Rules" }).GetByRole(AriaRole.Row);
        await Assertions.Expect(rules.Filter(new() { HasText = "A budget is used up" })).ToContainTextAsync(new Regex("50 %, 80 %, 100 %period of the budget\\d+ open"));
        await Assertions.Expect(rules.Filter(new() { HasText = "Nodes have not asked Redis" })).ToContainTextAsync("hour");
        await Assertions.Expect(rules.Filter(new() { HasText = "A fixed plan" })).ToContainTextAsync("off: set REDIS_FIXED_PLAN");
        await tab.SaveScreenshotAsync("light-alerts-fired");
        tab.ExpectNoTrouble();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No webhook is configured");
        using var deleted = await developer.DeleteAsync($"/api/v1/admin/budgets/{budget.GetProperty("id").GetString()}", Ct);
        deleted.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Anybodys_key_is_found_and_revoked_after_a_question_and_is_refused_then()
    {
        using var client = gaia.Gateway();
        var email = AuthApi.SomeEmail();
        using var registered = await client.PostAsJsonAsync("/api/v1/auth/register", new { email, password = AuthApi.Password, name = "Ada" }, Ct);
        var user = SignedIn.Of(await registered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct));
        client.DefaultRequestHeaders.Authorization = new("Bearer", user.AccessToken);
        using var made = await client.PostAsJsonAsync("/api/v1/auth/api-keys", new { name = "script" }, Ct);
        using var key = gaia.Gateway();
        key.DefaultRequestHeaders.Add("X-API-Key", (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("key").GetString());
        using var allowed = await key.GetAsync("/api/v1/auth/me", Ct);
        Assert.True(allowed.IsSuccessStatusCode);

        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("API keys");
        await tab.Page.GetByLabel("Search", new() { Exact = true }).FillAsync(email);
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.GetByText("1 of 1", new() { Exact = true })).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = $"Revoke script of {email}" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByText($"No key matches {email}.")).ToBeVisibleAsync();
        await Eventually.PassesAsync(async () =>
        {
            using var refused = await key.GetAsync("/api/v1/auth/me", Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }, ct: Ct);
        tab.ExpectNoTrouble();
    }
}
