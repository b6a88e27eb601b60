using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Gaia.Caching;
using Gaia.Tests.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>What the package's README shows is code that compiles and does what is said there.</summary>
public sealed partial class ReadmeTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Readme => File.ReadAllText(Path.Combine(Publisher.Repository, "Gaia.Caching", "README.md"));

    [Fact]
    public void Every_example_is_code_of_the_catalog()
    {
        var catalog = Lines(File.ReadAllText(Path.Combine(Publisher.Repository, "Gaia.Tests", "Caching", "CatalogExample.cs")));
        var examples = Example().Matches(Readme).Select(block => Lines(block.Groups["code"].Value)).ToList();

        Assert.True(examples.Count > 4);
        Assert.All(examples, example => Assert.Contains(example, catalog, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(CachingOptions))]
    [InlineData(typeof(Region<Guid, Product>))]
    public void Every_option_is_explained(Type type)
    {
        var options = type.GetProperties().Where(option => option.CanWrite).Select(option => option.Name).ToList();

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains($"| `{option}` |", Readme, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_nodes_of_the_catalog_agree_on_a_price_that_was_changed_on_one()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var id = Guid.CreateVersion7();
        await using (var scope = one.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            await db.Database.EnsureCreatedAsync(Stop);
            db.Products.Add(new(id, "Lamp", 40, 1));
            await db.SaveChangesAsync(Stop);
        }

        using HttpClient here = new() { BaseAddress = new(one.Urls.First()) }, there = new() { BaseAddress = new(two.Urls.First()) };
        Assert.Equal(40, await PriceAsync(here));
        Assert.Equal(40, await PriceAsync(there));
        Assert.Equal(40, (await there.GetFromJsonAsync<Product[]>("/products", Stop))!.Single().Price);

        using var changed = await here.PutAsync(new Uri($"/products/{id}/price?price=35", UriKind.Relative), content: null, Stop);
        changed.EnsureSuccessStatusCode();

        Assert.Equal(35, await PriceAsync(here));
        await Soon.PassesAsync(async () => Assert.Equal(35, await PriceAsync(there)));
        await Soon.PassesAsync(async () => Assert.Equal(35, (await there.GetFromJsonAsync<Product[]>("/products", Stop))!.Single().Price));

        var weather = await here.GetStringAsync(new Uri("/weather/Oslo", UriKind.Relative), Stop);
        await Soon.PassesAsync(async () => Assert.Equal(weather, await there.GetStringAsync(new Uri("/weather/Oslo", UriKind.Relative), Stop)));
        (await there.DeleteAsync(new Uri("/weather/Oslo", UriKind.Relative), Stop)).Dispose();
        await Soon.PassesAsync(async () => Assert.NotEqual(weather, await here.GetStringAsync(new Uri("/weather/Oslo", UriKind.Relative), Stop)));

        async Task<decimal> PriceAsync(HttpClient node) => (await node.GetFromJsonAsync<Product>($"/products/{id}", Stop))!.Price;
    }

    private async Task<WebApplication> StartAsync()
    {
        var catalog = CatalogExample.Build(
            $"http://127.0.0.1:{FreePort.Next()}",
            servers.Cache.Redis.ConnectionString,
            servers.Cache.Nats.Url,
            servers.Postgres.ConnectionStringTo("shop"));

        // A busy machine makes Redis late.
        catalog.Services.GetRequiredService<CachingOptions>().RedisDeadline = TimeSpan.FromSeconds(20);
        await catalog.StartAsync(Stop);
        return catalog;
    }

    /// <summary>Without indentation, which differs between a page and a file.</summary>
    private static string Lines(string code) => string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
