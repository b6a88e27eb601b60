using System.Net.Http.Json;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>What the stories of the console begin with.</summary>
internal static class ConsoleSteps
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<ConsoleTab> OpenAsync(this ConsoleBrowser browser, GaiaApp gaia, int width = 1280, ColorScheme colours = ColorScheme.Light) =>
        browser.OpenAsync(gaia.Graph.GetEndpoint(Resources.Gateway, "http"), width, colours);

    public static async Task<ConsoleTab> SignInAsync(this ConsoleBrowser browser, GaiaApp gaia)
    {
        var tab = await browser.OpenAsync(gaia);
        await tab.SignInAsync(GaiaApp.DevelopmentKey);
        await Assertions.Expect(tab.Heading("Overview")).ToBeVisibleAsync();
        return tab;
    }

    /// <summary>Enough that there is something to see on every page: reads, a hot key, and a call of a model.</summary>
    public static async Task UseAsync(this GaiaApp gaia)
    {
        using var developer = gaia.Developer();
        for (var i = 0; i < 300; i++)
        {
            await developer.GetStringAsync("/api/v1/chat/personas", Ct);
        }

        using var warmed = await developer.PostAsync("/api/v1/admin/cache/warm", content: null, Ct);
        warmed.EnsureSuccessStatusCode();
        using var said = await developer.PostAsJsonAsync("/v1/chat/completions", new { model = "persona:Mu", messages = new[] { new { role = "user", content = "Hello" } } }, Ct);
        said.EnsureSuccessStatusCode();
    }
}
