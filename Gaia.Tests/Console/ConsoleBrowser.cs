using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>A browser for the operators' page. Every error on its console and every request to another host is remembered.</summary>
public sealed class ConsoleBrowser : IAsyncLifetime
{
    private static readonly float Deadline = (float)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        Assertions.SetDefaultExpectTimeout(Deadline);
    }

    /// <summary>A tab of its own, of somebody who has never been here.</summary>
    internal async Task<ConsoleTab> OpenAsync(Uri address, int width = 1280, ColorScheme colours = ColorScheme.Light, string path = "/console")
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = colours,
            ExtraHTTPHeaders = new Dictionary<string, string> { ["X-Forwarded-For"] = ClientAddresses.Next() },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Deadline);
        ConcurrentQueue<string> trouble = [];
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                trouble.Enqueue($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => trouble.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
            {
                trouble.Enqueue($"asks {request.Url}");
            }
        };
        await page.GotoAsync(path);
        return new(context, page, trouble);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
