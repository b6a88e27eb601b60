using System.Collections.Concurrent;
using Gaia.Tests.Publishing;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The operators' page in one tab.</summary>
internal sealed class ConsoleTab(IBrowserContext context, IPage page, ConcurrentQueue<string> trouble) : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Axe =
        new(() => File.ReadAllTextAsync(Path.Combine(Publisher.Repository, "Gaia.Tests", "Console", "Accessibility", "node_modules", "axe-core", "axe.min.js")));

    public IPage Page => page;

    /// <summary>What the browser complained of, and what it asked of other hosts.</summary>
    public IReadOnlyCollection<string> Trouble => trouble;

    /// <summary>All of it is told: a list in a message of an assertion is cut off.</summary>
    public void ExpectNoTrouble() => Assert.True(trouble.IsEmpty, string.Join('\n', trouble));

    public ILocator Heading(string text) => page.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true });

    /// <summary>The figure of a tile.</summary>
    public ILocator Tile(string label) => page.Locator(".tile").Filter(new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator("strong");

    public async Task SignInAsync(string key)
    {
        await page.GetByLabel("API key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with key" }).ClickAsync();
    }

    /// <summary>By its link, as a reader does.</summary>
    public async Task GoAsync(string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await Assertions.Expect(Heading(name)).ToBeVisibleAsync();
    }

    /// <summary>Nothing reaches beyond the edge: what is wide scrolls in a box of its own.</summary>
    public async Task ExpectNoSidewaysScrollAsync() =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.Url);

    /// <summary>axe-core finds nothing on the page as it is now. Run by the developer tools, it is not subject to the page's policy for scripts.</summary>
    public async Task ExpectAccessibleAsync()
    {
        await page.EvaluateAsync(await Axe.Value);
        var violations = await page.EvaluateAsync<string[]>("""
            axe.run({ resultTypes: ['violations'] }).then(found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html}`)))
            """);
        Assert.True(violations is [], $"{page.Url}\n{string.Join('\n', violations)}");
    }

    /// <summary>Into <c>GAIA_SCREENSHOTS</c>, when that is set.</summary>
    public async Task SaveScreenshotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("GAIA_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
