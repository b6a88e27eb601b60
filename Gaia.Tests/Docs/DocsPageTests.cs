using System.Text.RegularExpressions;

namespace Gaia.Tests.Docs;

public sealed partial class DocsPageTests(GaiaApp gaia)
{
    [Fact]
    public async Task The_page_and_all_that_it_loads_come_from_the_gateway()
    {
        using var client = gaia.Gateway();
        using var page = await client.GetAsync(new Uri("/docs/", UriKind.Relative), TestContext.Current.CancellationToken);
        var html = await page.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        var scripts = Script().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts.Append("../openapi/v1.json"))
        {
            using var part = await client.GetAsync(new Uri($"/docs/{script}", UriKind.Relative), TestContext.Current.CancellationToken);
            part.EnsureSuccessStatusCode();
        }
    }

    [Fact]
    public async Task A_browser_may_load_nothing_from_elsewhere_and_runs_only_the_page_s_own_scripts()
    {
        using var client = gaia.Gateway();
        var (first, second) = (await PolicyAsync(client), await PolicyAsync(client));

        Assert.Contains("default-src 'none'", first, StringComparison.Ordinal);
        Assert.DoesNotContain("http", first, StringComparison.Ordinal);
        Assert.DoesNotContain('*', first);
        Assert.NotEqual(first, second);
    }

    /// <returns>The content security policy, of which every script of the page bears the nonce.</returns>
    private static async Task<string> PolicyAsync(HttpClient client)
    {
        using var page = await client.GetAsync(new Uri("/docs/", UriKind.Relative), TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        var nonce = Nonce().Match(policy).Groups[1].Value;
        Assert.All(html.Split("<script").Skip(1), script => Assert.Contains($"nonce=\"{nonce}\"", script, StringComparison.Ordinal));
        return policy;
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Script();

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
