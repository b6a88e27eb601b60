using Gaia.Caching;
using Gaia.Caching.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Tests.Caching;

/// <summary>A stranger's service: the examples of the package's README, as they stand there.</summary>
internal static class CatalogExample
{
    public static WebApplication Build(string address, string redis, string nats, string postgres)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IConnectionMultiplexer>(
            _ => ConnectionMultiplexer.Connect(ConfigurationOptions.Parse(redis).ForCaching()));
        builder.Services.AddSingleton<INatsConnection>(
            _ => new NatsConnection(new NatsOpts { Url = nats }.ForCaching()));

        builder.Services.AddGaiaCaching(cache =>
        {
            cache.Region<Guid, Product, CatalogDb>(CatalogRegions.Products,
                (db, id, ct) => db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct));
            cache.Region<string, ProductList, CatalogDb>(CatalogRegions.Lists,
                async (db, _, ct) => new(await db.Products.AsNoTracking().OrderBy(p => p.Name).ToListAsync(ct)));

            cache.Audit<Guid, Product, CatalogDb>(CatalogRegions.Products,
                (db, ids, ct) => db.Products.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Version, ct));
            cache.Audit(CatalogRegions.Lists);
        });

        builder.Services.AddDbContext<CatalogDb>(options => options.UseNpgsql(postgres));
        builder.Services.AddCacheOutbox<CatalogDb>();

        var app = builder.Build();
        app.Urls.Add(address);

        app.MapGet("/products/{id:guid}", async (Guid id, RegionCache<Guid, Product> products, CancellationToken ct) =>
            (await products.GetAsync(id, ct)).Value is { } product ? Results.Ok(product) : Results.NotFound());

        app.MapGet("/products", async (RegionCache<string, ProductList> lists, CancellationToken ct) =>
            Results.Ok((await lists.GetAsync("all", ct)).Value!.Products));

        app.MapPut("/products/{id:guid}/price", async (Guid id, decimal price, CatalogDb db, CancellationToken ct) =>
        {
            if (await db.Products.FindAsync([id], ct) is not { } product)
            {
                return Results.NotFound();
            }

            var changed = product with { Price = price, Version = product.Version + 1 };
            db.Entry(product).CurrentValues.SetValues(changed);
            db.Invalidate(CatalogRegions.Products, id, changed.Version);
            db.Invalidate(CatalogRegions.Lists, "all");
            await db.SaveChangesAsync(ct);
            return Results.Ok(changed);
        });

        app.MapGet("/weather/{city}", (string city, HybridCache cache, CancellationToken ct) => cache.GetOrCreateAsync(
            $"weather:{city}",
            async stop => await Forecast.AskAsync(city, stop),
            new() { Expiration = TimeSpan.FromMinutes(10) },
            cancellationToken: ct));

        app.MapDelete("/weather/{city}", (string city, HybridCache cache, CancellationToken ct) => cache.RemoveAsync($"weather:{city}", ct));
        return app;
    }
}

public sealed record Product(Guid Id, string Name, decimal Price, long Version);

public sealed record ProductList(IReadOnlyList<Product> Products);

public static class CatalogRegions
{
    public static readonly Region<Guid, Product> Products = new("product", "product:")
    {
        Ttl = TimeSpan.FromHours(1),
        FailSafe = TimeSpan.FromHours(1),
        Version = product => product.Version,
    };

    public static readonly Region<string, ProductList> Lists = new("products.list", "products:list:");
}

public sealed class CatalogDb(DbContextOptions<CatalogDb> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddCacheOutbox();
}

public static class Forecast
{
    public static int Asked { get; private set; }

    public static Task<string> AskAsync(string city, CancellationToken ct) => Task.FromResult($"{city}: forecast {++Asked}");
}
