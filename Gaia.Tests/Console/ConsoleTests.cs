using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Tests.Auth;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>The operators' page of the running graph, in a browser.</summary>
public sealed class ConsoleTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("light", 1280, ColorScheme.Light)]
    [InlineData("dark", 1280, ColorScheme.Dark)]
    [InlineData("phone", 360, ColorScheme.Dark)]
    public async Task Every_page_shows_its_figures_without_an_error_or_a_sideways_scroll(string name, int width, ColorScheme colours)
    {
        await gaia.UseAsync();
        await using var tab = await OpenAsync(width, colours);
        await tab.ExpectNoSidewaysScrollAsync();
        await tab.ExpectAccessibleAsync();
        await tab.SaveScreenshotAsync($"{name}-sign-in");
        await tab.SignInAsync(GaiaApp.DevelopmentKey);

        (string Page, Func<ILocator> Shown)[] pages =
        [
            ("Overview", () => tab.Page.GetByRole(AriaRole.Cell, new() { NameRegex = new Regex("^gateway [0-9a-f]{8}$") }).First),
            ("Cache", () => tab.Page.GetByRole(AriaRole.Cell, new() { Name = "auth.api_key", Exact = true }).First),
            ("Keys", () => tab.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^auth:(api_key|jwt):") }).First),
            ("Hot keys", () => tab.Page.GetByRole(AriaRole.Cell, new() { NameRegex = new Regex("(gateway|chat) [0-9a-f]{8}: ") }).First),
            ("Invalidations", () => tab.Page.GetByText("from the log that all of them follow")),
            ("Consistency", () => tab.Page.GetByText(new Regex("Audited by chat [0-9a-f]{8} since"))),
            ("Advice", () => tab.Page.GetByRole(AriaRole.Cell, new() { Name = "PERSONA_LIST_CACHE_TTL", Exact = true })),
            ("Personas", () => tab.Page.GetByRole(AriaRole.Link, new() { Name = "Mu", Exact = true }).First),
            ("Playground", () => tab.Page.GetByLabel("Message")),
            ("Usage and cost", () => tab.Page.GetByText("Models by its end")),
            ("Budgets", () => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Set budget" })),
            ("Assets", () => tab.Page.GetByText(new Regex(@"\d+ queued, \d+ running"))),
            ("Alerts", () => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send a test" })),
            ("API keys", () => tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Revoke .+ of ") }).First),
            ("Security", () => tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Failed sign-ins" })),
            ("Faults", () => tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Kill gateway-") }).First),
            ("Audit", () => tab.Page.GetByRole(AriaRole.Cell, new() { Name = "POST /api/v1/admin/cache/warm", Exact = true }).First),
        ];
        foreach (var (page, shown) in pages)
        {
            await tab.GoAsync(page);
            await Assertions.Expect(shown()).ToBeVisibleAsync();
            await tab.ExpectNoSidewaysScrollAsync();
            await tab.ExpectAccessibleAsync();
            await tab.SaveScreenshotAsync($"{name}-{page.ToLowerInvariant().Replace(' ', '-')}");
        }

        Assert.Equal(
            colours is ColorScheme.Dark,
            await tab.Page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => part < 128)"));
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_wrong_key_and_a_credential_without_the_scope_are_told_and_show_nothing()
    {
        await using var tab = await OpenAsync();
        await tab.SignInAsync(ApiKeyText.Create("dev"));
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not a valid credential");

        using var client = gaia.Gateway();
        var email = AuthApi.SomeEmail();
        using var registered = await client.PostAsJsonAsync("/api/v1/auth/register", new { email, password = AuthApi.Password, name = "Ada" }, Ct);
        registered.EnsureSuccessStatusCode();
        await tab.Page.GetByLabel("E-mail").FillAsync(email);
        await tab.Page.GetByLabel("Password").FillAsync(AuthApi.Password);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("scope admin is missing");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();

        // The browser notes every answer of 401 itself.
        Assert.All(tab.Trouble, line => Assert.Contains("401", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_playground_streams_an_answer_and_stops_one()
    {
        await using var tab = await SignedInAsync();
        await tab.GoAsync("Playground");
        await tab.Page.GetByLabel("Message").FillAsync("Hello there");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        var log = tab.Page.GetByRole(AriaRole.Log);
        await Assertions.Expect(log).ToContainTextAsync("You said: \"Hello there\"");
        await Assertions.Expect(log).ToContainTextAsync(new Regex("complete · .+ · \\d+ tokens in, \\d+ out · first token after"));
        await tab.SaveScreenshotAsync("light-playground-answer");

        // So slow a line that the answer takes minutes.
        var devtools = await tab.Page.Context.NewCDPSessionAsync(tab.Page);
        await devtools.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = 100, ["uploadThroughput"] = -1 });
        await tab.Page.GetByLabel("Message").FillAsync("Hello again");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await Assertions.Expect(log).ToContainTextAsync("stopped · ");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeEnabledAsync();
        await Assertions.Expect(log).Not.ToContainTextAsync("You said: \"Hello again\"");
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_card_becomes_a_persona_whose_prompt_is_changed_and_restored()
    {
        var name = $"Card {Guid.CreateVersion7()}";
        var card = JsonSerializer.SerializeToUtf8Bytes(new { spec = "chara_card_v2", spec_version = "2.0", data = new { name, description = "<i>Bold</i>", system_prompt = "You are first." } });
        await using var tab = await SignedInAsync();
        await tab.GoAsync("Personas");
        await tab.Page.GetByLabel("Card").SetInputFilesAsync(new FilePayload { Name = "card.json", MimeType = "application/json", Buffer = card });
        await Assertions.Expect(tab.Heading(name)).ToBeVisibleAsync();
        var prompt = tab.Page.GetByLabel("System prompt", new() { Exact = true });
        await Assertions.Expect(prompt).ToHaveValueAsync(new Regex("You are first"));

        await prompt.FillAsync("You are second.");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Restore version") }).First.ClickAsync();
        await tab.SaveScreenshotAsync("light-persona");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();

        await Assertions.Expect(prompt).ToHaveValueAsync(new Regex("You are first"));
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using var tab = await OpenAsync();
        await Assertions.Expect(tab.Page.GetByLabel("API key")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync(GaiaApp.DevelopmentKey);
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Heading("Overview")).ToBeFocusedAsync();

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Keys", Exact = true }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Heading("Keys")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(tab.Page.GetByLabel("Pattern")).ToBeFocusedAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" }).FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        tab.ExpectNoTrouble();
    }

    [Fact]
    public async Task A_key_that_is_revoked_leads_back_to_the_sign_in()
    {
        using var developer = gaia.Developer();
        using var made = await developer.PostAsJsonAsync("/api/v1/auth/api-keys", new { name = "console", scopes = new[] { Scopes.Admin } }, Ct);
        var key = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
        await using var tab = await OpenAsync();
        await tab.SignInAsync(key.GetProperty("key").GetString()!);
        await Assertions.Expect(tab.Heading("Overview")).ToBeVisibleAsync();

        using var revoked = await developer.DeleteAsync($"/api/v1/auth/api-keys/{key.GetProperty("id").GetString()}", Ct);
        revoked.EnsureSuccessStatusCode();

        await Assertions.Expect(tab.Heading("With an API key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_key_is_kept_nowhere_but_in_memory_and_is_asked_for_again_after_a_reload()
    {
        await using var tab = await SignedInAsync();
        await tab.GoAsync("Keys");
        Assert.Equal("{}{}", await tab.Page.EvaluateAsync<string>("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie"));
        Assert.Empty(await tab.Page.Context.CookiesAsync());

        await tab.Page.ReloadAsync();

        await Assertions.Expect(tab.Page.GetByLabel("API key")).ToBeFocusedAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();
        await tab.SignInAsync(GaiaApp.DevelopmentKey);
        await Assertions.Expect(tab.Heading("Keys")).ToBeVisibleAsync();
        tab.ExpectNoTrouble();
    }

    private Task<ConsoleTab> OpenAsync(int width = 1280, ColorScheme colours = ColorScheme.Light) => browser.OpenAsync(gaia, width, colours);

    private Task<ConsoleTab> SignedInAsync() => browser.SignInAsync(gaia);
}
