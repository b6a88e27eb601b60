using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The page of the running graph that shows the keys in Redis, in a browser.</summary>
public sealed class KeyPageTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_found_shown_and_deleted_after_a_question()
    {
        var key = $"console:{Guid.CreateVersion7()}";
        await gaia.Redis().StringSetAsync(key, """{"v":1,"e":9999999999999,"d":"<b>seen</b>"}""", TimeSpan.FromMinutes(10));
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Keys");
        await SearchAsync(tab, key);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = key }).ClickAsync();
        await Assertions.Expect(tab.Heading(key)).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("in Redis");
        await Assertions.Expect(tab.Page.GetByLabel("Value")).ToHaveTextAsync("\"<b>seen</b>\"");
        await tab.SaveScreenshotAsync("light-key");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.True(await gaia.Redis().KeyExistsAsync(key));
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "is deleted" })).ToBeVisibleAsync();
        await Eventually.IsTrueAsync(async () => !((string?)await gaia.Redis().StringGetAsync(key) ?? "").Contains("seen", StringComparison.Ordinal), ct: Ct);
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task The_last_search_is_shown_whichever_is_answered_last()
    {
        var key = $"sought:{Guid.CreateVersion7()}";
        await gaia.Redis().StringSetAsync(key, "1", TimeSpan.FromMinutes(10));
        await using var tab = await browser.SignInAsync(gaia);
        TaskCompletionSource answered = new();
        await tab.Page.RouteAsync(url => url.Contains("/admin/cache/keys?pattern=*&", StringComparison.Ordinal), async route =>
        {
            await answered.Task;
            await route.ContinueAsync();
        });
        await tab.GoAsync("Keys");
        await SearchAsync(tab, key);
        await Assertions.Expect(tab.Page.GetByText("1 key", new() { Exact = true })).ToBeVisibleAsync();

        await tab.Page.RunAndWaitForResponseAsync(
            () =>
            {
                answered.SetResult();
                return Task.CompletedTask;
            },
            response => response.Url.Contains("pattern=*&", StringComparison.Ordinal));
        await tab.Page.EvaluateAsync("new Promise(rendered => requestAnimationFrame(() => setTimeout(rendered)))");

        await Assertions.Expect(tab.Page.GetByText("1 key", new() { Exact = true })).ToBeVisibleAsync();
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_flush_says_first_how_many_keys_match()
    {
        var prefix = $"flushed:{Guid.CreateVersion7()}";
        foreach (var i in Enumerable.Range(0, 3))
        {
            await gaia.Redis().StringSetAsync($"{prefix}:{i}", "1", TimeSpan.FromMinutes(10));
        }

        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Keys");
        await SearchAsync(tab, $"{prefix}:*");
        await Assertions.Expect(tab.Page.GetByText("3 keys", new() { Exact = true })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Flush…" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Flush 3 keys" }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByText("3 keys are gone.")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.GetByText("No key in Redis matches")).ToBeVisibleAsync();
        Assert.False(await gaia.Redis().KeyExistsAsync($"{prefix}:0"));

        await tab.GoAsync("Audit");
        var row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"POST /api/v1/admin/cache/flush {prefix}:*" });
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await Assertions.Expect(row).ToContainTextAsync("admin@gaia.localhost");
        tab.ExpectNoTrouble();
    }

    private static async Task SearchAsync(ConsoleTab tab, string pattern)
    {
        await tab.Page.GetByLabel("Pattern").FillAsync(pattern);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
    }
}
