using System.Globalization;
using System.Text.Json;
using Gaia.Bench.Reporting;
using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Gateway.Admission;
using Gaia.Personas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Bench.Cache;

/// <summary>What a thousand personas, and a thousand callers with a key each, take in Redis, as the product caches them.</summary>
internal static class RedisMemory
{
    private const int Count = 1_000;

    private const string Prompt =
        "You are a patient teacher. You explain things simply, in short sentences, with one example each, and ask what the learner knows before you go on. "
        + "You admit what you do not know, never invent a source, and answer in the language in which you were asked.";

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        var ttl = new CacheTtlOptions();
        var callers = AuthRegions.ApiKey(ttl);
        await using var services = await StartAsync(servers, options => options.Region(PersonaRegions.ById).Region(callers), ct);
        var personas = await MeasureAsync(
            servers, services.GetRequiredKeyedService<RegionCache<Guid, PersonaView>>(PersonaRegions.ById.Name), _ => Guid.CreateVersion7(), SamplePersona, ct);
        var principals = await MeasureAsync(
            servers,
            services.GetRequiredKeyedService<RegionCache<Credential, PrincipalSnapshot>>(callers.Name),
            _ => new Credential(ApiKeyText.Create("dev"), CredentialKind.ApiKey),
            _ => Snapshot(),
            ct);
        foreach (var service in services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        return [Row("personas", personas), Row("callers", principals)];
    }

    private static Row Row(string what, double bytes) =>
        new($"Redis memory of {Count.ToString("#,0", CultureInfo.InvariantCulture)} {what}, MB", null, new Cell(Cell.Number(bytes / 1e6)));

    private static async Task<ServiceProvider> StartAsync(CacheServers servers, Action<CachingOptions> configure, CancellationToken ct)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(servers.Redis.ConnectionString).ForCaching());
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConnectionMultiplexer>(_ => redis)
            .AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = servers.Nats.Url }.ForCaching()))
            .AddGaiaCaching(options =>
            {
                options.Json = new(JsonSerializerOptions.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
                configure(options);
            })
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(ct);
        }

        await Eventually.IsTrueAsync(() => services.GetRequiredService<CacheHealth>() is { IsLogTrusted: true, IsRedisUsed: true }, ct: ct);
        return services;
    }

    /// <returns>Bytes by which Redis has grown.</returns>
    private static async Task<double> MeasureAsync<TKey, TValue>(
        CacheServers servers,
        RegionCache<TKey, TValue> cache,
        Func<int, TKey> key,
        Func<TKey, TValue> value,
        CancellationToken ct)
        where TKey : notnull
        where TValue : class
    {
        var (memory, keys) = (await UsedAsync(servers, ct), await KeysAsync(servers, ct));
        for (var i = 0; i < Count; i++)
        {
            await cache.GetAsync(key(i), (id, _) => Task.FromResult<TValue?>(value(id)), ct);
        }

        await Eventually.IsTrueAsync(async () => await KeysAsync(servers, ct) == keys + Count, ct: ct);
        return await UsedAsync(servers, ct) - memory;
    }

    private static async Task<double> UsedAsync(CacheServers servers, CancellationToken ct) =>
        double.Parse(
            (await servers.Redis.CommandAsync("INFO memory", ct)).Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1],
            CultureInfo.InvariantCulture);

    private static async Task<long> KeysAsync(CacheServers servers, CancellationToken ct) =>
        long.Parse(await servers.Redis.CommandAsync("DBSIZE", ct), CultureInfo.InvariantCulture);

    private static PersonaView SamplePersona(Guid id) => new(
        id,
        "Ada",
        "A patient teacher",
        Prompt,
        JsonElement.Parse("""{"tone": "warm", "humour": "dry"}"""),
        JsonElement.Parse("""{"languages": ["en", "de", "fr"]}"""),
        true,
        Guid.CreateVersion7(),
        DateTimeOffset.UtcNow,
        DateTimeOffset.UtcNow,
        1);

    private static PrincipalSnapshot Snapshot() =>
        new(new(Guid.CreateVersion7(), AuthType.ApiKey, Guid.CreateVersion7().ToString(), [Scopes.Chat, Scopes.PersonasWrite, Scopes.AssetsWrite], null), 1);
}
