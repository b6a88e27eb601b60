using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Gaia.Tests.Dashboard;

/// <summary>The Aspire dashboard of a running Gaia, in a browser.</summary>
[Collection(GaiaWithLinksDefinition.Name)]
public sealed class DashboardTests(GaiaWithLinks gaia) : IAsyncLifetime
{
    private static readonly string[] Everything =
    [
        Resources.Redis, Resources.Postgres, Resources.Nats, Resources.AuthDb, Resources.ChatDb, Resources.AssetDb,
        Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway,
    ];

    private static readonly float Deadline = (float)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        page.SetDefaultTimeout(Deadline);
        Assertions.SetDefaultExpectTimeout(Deadline);

        // The dashboard sometimes begins with an error of its own, and asks to be loaded again.
        await Eventually.PassesAsync(
            async () =>
            {
                await page.GotoAsync(gaia.Dashboard);
                await Assertions.Expect(Row(Resources.Redis)).ToBeVisibleAsync(new() { Timeout = 10_000 });
            },
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Every_resource_is_running_and_one_is_stopped_and_started_again()
    {
        foreach (var name in Everything)
        {
            await Assertions.Expect(Row(name)).ToContainTextAsync("Running");
        }

        await Assertions.Expect(Row(Resources.Gateway)).ToContainTextAsync("Console");
        await SaveScreenshotAsync("resources");

        await Row(Resources.Redis).GetByTitle("Stop").ClickAsync();
        await Assertions.Expect(Row(Resources.Redis)).ToContainTextAsync(new Regex("Exited|Finished"));
        await Row(Resources.Redis).GetByTitle("Start").ClickAsync();
        await Assertions.Expect(Row(Resources.Redis)).ToContainTextAsync("Running");
    }

    [Fact]
    public async Task A_trace_spans_the_gateway_chat_and_Redis()
    {
        using var client = new HttpClient { BaseAddress = new Uri(gaia.Address) };
        client.DefaultRequestHeaders.Add("X-API-Key", gaia.Key);
        await page.GotoAsync(new Uri(new Uri(gaia.Dashboard), "/traces").ToString());

        // Exporters send every few seconds, and the first request may have come before Redis was connected: ask until the trace is shown.
        ILocator? trace = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await client.PostAsync("/v1/chat/completions", Completion(), TestContext.Current.CancellationToken);
                trace = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "chat/completions" }).Filter(new() { HasText = "chat" }).Filter(new() { HasText = "gateway" }).First;
                return await trace.CountAsync() > 0;
            },
            TimeSpan.FromMinutes(1),
            TestContext.Current.CancellationToken);

        // The list is drawn anew with each span that arrives, and a click on a row that is being replaced is lost.
        await Eventually.PassesAsync(
            async () =>
            {
                await trace!.ClickAsync(new() { Timeout = 1_000 });
                await page.WaitForURLAsync("**/traces/detail/**", new() { Timeout = 5_000 });
            },
            ct: TestContext.Current.CancellationToken);
        foreach (var part in (string[])[Resources.Gateway, Resources.Chat, Resources.Redis])
        {
            await Assertions.Expect(page.GetByText(part).First).ToBeVisibleAsync();
        }

        await SaveScreenshotAsync("trace");
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static StringContent Completion() =>
        new("""{"model":"persona:Mu","messages":[{"role":"user","content":"Hello"}]}""", System.Text.Encoding.UTF8, "application/json");

    private ILocator Row(string resource) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) }).First;

    /// <summary>Into <c>GAIA_SCREENSHOTS</c>, when that is set: this is how the pictures in docs/images are made.</summary>
    private async Task SaveScreenshotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("GAIA_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }
}
