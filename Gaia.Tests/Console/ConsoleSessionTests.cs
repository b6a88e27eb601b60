using System.Text.RegularExpressions;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>A session of an administrator in a browser, before an Auth whose access tokens last for seconds.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class ConsoleSessionTests(GatewayFixture fixture, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_outlives_its_access_tokens_and_a_reload_until_its_owner_signs_out()
    {
        await using var auth = await fixture.StartAuthAsync("consoledb", new() { ["Tokens:AccessTokenLifetime"] = $"{TokenLifetime}" });
        await using var gateway = await fixture.StartAsync(new() { ["services:auth:http:0"] = auth.Address.ToString(), ["CACHE_KEY_PREFIX"] = "console:" });
        await using var tab = await browser.OpenAsync(gateway.Address);
        await tab.Page.GetByLabel("E-mail").FillAsync(AuthServer.AdminEmail);
        await tab.Page.GetByLabel("Password").FillAsync(AuthServer.AdminPassword);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(tab.Heading("Overview")).ToBeVisibleAsync();
        var expired = DateTimeOffset.UtcNow + TokenLifetime;
        await Eventually.IsTrueAsync(() => DateTimeOffset.UtcNow > expired, ct: Ct);

        await tab.GoAsync("API keys");
        await Assertions.Expect(tab.Page.GetByText("There is no API key yet.")).ToBeVisibleAsync();
        await tab.GoAsync("Cache");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Reads: memory ") })).ToBeVisibleAsync();
        await tab.SaveScreenshotAsync("light-cache-history");
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Heading("Cache")).ToBeVisibleAsync();
        Assert.Equal(
            """{"gaia.console.session":"yes"}{}""",
            await tab.Page.EvaluateAsync<string>("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"));

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByLabel("E-mail")).ToBeVisibleAsync();
        await tab.Page.ReloadAsync();
        await Assertions.Expect(tab.Page.GetByLabel("E-mail")).ToBeVisibleAsync();
        Assert.Empty(await tab.Page.Context.CookiesAsync());
    }
}
