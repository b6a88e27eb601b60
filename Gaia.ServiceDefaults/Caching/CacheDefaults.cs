using System.Text.Json;
using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia;

public static class CacheDefaults
{
    // Redis is read by people: what stands there looks like what the API answers.
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerOptions.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = EventJson.Encoder };

    /// <summary>Adds the cache with the service's regions.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="regions">Adds the regions, which live as long as the configured times say.</param>
    public static void AddCache(this IHostApplicationBuilder builder, Action<CachingOptions, CacheTtlOptions> regions)
    {
        var audit = builder.Configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new();
        var warm = builder.Configuration.GetSection(WarmOptions.Section).Get<WarmOptions>() ?? new();
        var advice = builder.Configuration.GetSection(AdviceOptions.Section).Get<AdviceOptions>() ?? new();
        var history = builder.Configuration.GetSection(HistoryOptions.Section).Get<HistoryOptions>() ?? new();
        var memory = builder.Configuration.GetSection(CacheMemoryOptions.Section).Get<CacheMemoryOptions>() ?? new();
        var ttl = builder.Configuration.GetSection(CacheTtlOptions.Section).Get<CacheTtlOptions>() ?? new();
        var region = RegionOptions.Of(builder.Configuration);
        builder.Services.AddGaiaCaching(options =>
        {
            options.OwnRegion = region.Name;
            if (region.Followed is { } home)
            {
                (options.HomeRegion, options.StalenessBound) = (home, region.Staleness);
            }

            options.KeyPrefix = builder.Configuration["CACHE_KEY_PREFIX"] ?? "";
            options.LogReplicas = builder.Configuration.GetSection(JetStreamOptions.Section).Get<JetStreamOptions>()?.Replicas ?? options.LogReplicas;
            options.Json = Json;
            options.NodeName = builder.Environment.ApplicationName.Split('.')[^1].ToLowerInvariant();
            options.IsAuditOn = audit.Enabled;
            options.AuditPerSecond = audit.PerSecond;
            options.AuditRedisShare = audit.RedisShare;
            options.AuditLoadsPerSecond = audit.LoadsPerSecond;
            options.IsAdviceOn = advice.Enabled;
            (options.AdviceSamples, options.AdviceMinimumReads, options.AdviceHalfLife) = (advice.Samples, advice.MinimumReads, advice.HalfLife);
            (options.MemoryLimit, options.MemorySetting) = (memory.Bytes, CacheMemoryOptions.Variable);
            (options.WarmKeys, options.WarmLimit, options.WarmLoads) = (warm.Keys, warm.Limit, warm.Loads);
            options.HistoryInterval = history.Interval;
            regions(options, ttl);
        });
        builder.Services.AddHostedService<CacheStatusLog>();
    }

    /// <summary>What the gateway and a service that caches something tell each other about a request's changes.</summary>
    internal static void UseCacheNode(this WebApplication app)
    {
        if (app.Services.GetService<CacheAdministration>() is not null)
        {
            app.UseChangedKeys();
        }
    }
}
