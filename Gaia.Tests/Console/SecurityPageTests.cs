using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Auth;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The pages of the running graph that show what was forgotten, revoked and refused, in a browser.</summary>
public sealed class SecurityPageTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_and_a_sign_out_are_shown_with_whose_they_were()
    {
        using var client = gaia.Gateway();
        var email = AuthApi.SomeEmail();
        using var registered = await client.PostAsJsonAsync("/api/v1/auth/register", new { email, password = AuthApi.Password, name = "Ada" }, Ct);
        var session = (await registered.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("session");
        using var refused = await client.PostAsJsonAsync("/api/v1/auth/login", new { email, password = "not the password" }, Ct);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("access_token").GetString());
        using var signedOut = await client.PostAsJsonAsync("/api/v1/auth/logout", new { }, Ct);
        signedOut.EnsureSuccessStatusCode();

        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Security");

        var row = (string section) => tab.Page.GetByRole(AriaRole.Region, new() { Name = section, Exact = true }).GetByRole(AriaRole.Row).Filter(new() { HasText = email });
        await Assertions.Expect(row("Failed sign-ins")).ToContainTextAsync("wrong password");
        await Assertions.Expect(row("Revocations")).ToContainTextAsync("signed out");
        await tab.SaveScreenshotAsync("light-security");
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_change_appears_among_the_invalidations_while_they_are_shown()
    {
        using var developer = gaia.Developer();
        using var made = await developer.PostAsJsonAsync("/api/v1/chat/personas", new { name = $"Seen {Guid.CreateVersion7()}", description = "1", system_prompt = "Be brief." }, Ct);
        var id = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("persona").GetProperty("id").GetString();
        await using var tab = await browser.SignInAsync(gaia);
        await tab.GoAsync("Invalidations");
        await tab.Page.GetByLabel("Filter").FillAsync(id!);

        using var changed = await developer.PutAsJsonAsync($"/api/v1/chat/personas/{id}", new { description = "2" }, Ct);
        changed.EnsureSuccessStatusCode();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"persona:{id}" }).Filter(new() { HasText = "2" }).First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await tab.SaveScreenshotAsync("light-invalidations");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"persona:{id}", Exact = true }).First.ClickAsync();
        await Assertions.Expect(tab.Heading($"persona:{id}")).ToBeVisibleAsync();
        tab.ExpectNoTrouble();
    }
}
