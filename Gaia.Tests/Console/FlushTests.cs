using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Gaia.Tests.Console;

/// <summary>Empties caches, so it runs beside no other test of the graph.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class FlushTests(GaiaApp gaia, ConsoleBrowser browser) : IClassFixture<ConsoleBrowser>
{
    private const string Personas = "/api/v1/chat/personas";
    private const int Read = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hit_ratio_of_every_gateway_falls_with_a_flush_and_comes_back()
    {
        using var developer = gaia.Developer();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var personas = await CreateAsync(developer);
        var gateways = await gaia.ReplicasAsync(Resources.Gateway);
        var reading = Task.WhenAll(gateways.Select(gateway => ReadAsync(gateway, personas, stop.Token)));
        await using var tab = await browser.SignInAsync(gaia);
        await Eventually.IsTrueAsync(IsWarmAsync, ct: Ct);

        HashSet<string> fallen = [];
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var flushed = await developer.PostAsJsonAsync("/api/v1/admin/cache/flush", new { pattern = "persona:*" }, Ct);
                fallen.UnionWith((await RatiosAsync(tab)).Where(node => node.Value < 90).Select(node => node.Key));
                return flushed.IsSuccessStatusCode && fallen.Count == gateways.Count;
            },
            ct: Ct);

        await Eventually.IsTrueAsync(IsWarmAsync, ct: Ct);
        tab.ExpectNoTrouble();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        async Task<bool> IsWarmAsync() => await RatiosAsync(tab) is var ratios && ratios.Count == gateways.Count && ratios.Values.All(ratio => ratio == 100);
    }

    private static async Task<List<string>> CreateAsync(HttpClient developer)
    {
        List<string> personas = [];
        for (var i = 0; i < Read; i++)
        {
            using var made = await developer.PostAsJsonAsync(Personas, new { name = $"Read {Guid.CreateVersion7()}", description = "Read often", system_prompt = "Be brief." }, Ct);
            personas.Add((await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("persona").GetProperty("id").GetString()!);
        }

        return personas;
    }

    /// <summary>Reads all of them twice a second.</summary>
    private static async Task ReadAsync(Replica gateway, List<string> personas, CancellationToken ct)
    {
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", ClientAddresses.Next());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var persona in personas)
            {
                await client.GetStringAsync($"{Personas}/{persona}", ct);
            }
        }
    }

    /// <summary>By gateway, in percent, of the last second.</summary>
    private static async Task<Dictionary<string, double>> RatiosAsync(ConsoleTab tab)
    {
        var rows = await tab.Page.GetByRole(AriaRole.Table, new() { Name = "Nodes that answer" }).GetByRole(AriaRole.Row).AllInnerTextsAsync();
        return rows.Select(row => Regex.Match(row, @"^(gateway \w+)\s+[\d,]+\s+([\d.]+) %")).Where(row => row.Success)
            .ToDictionary(row => row.Groups[1].Value, row => double.Parse(row.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }
}
