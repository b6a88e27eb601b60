using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace Gaia;

/// <summary>What every service of Gaia gets with one call before and one call after the host is built.</summary>
public static class ServiceDefaults
{
    /// <summary>Below what is left of a process after SIGTERM: seven seconds for the first that the AppHost stops, ten with Docker.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(6);

    /// <summary>Ends the process with a line per reason when the configuration cannot be read.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, ServiceRole role = ServiceRole.Inner)
    {
        builder.Configuration.AddDefaults();
        builder.AddEnvironmentConfiguration();

        builder.AddTelemetry(role);
        builder.AddProblems();
        builder.AddRedis();
        builder.AddNats();
        builder.AddRedisLedger();

        builder.Services.AddRedisHealth();
        builder.Services.AddHealthLog();
        builder.Services.AddInternalIdentity(role);
        builder.Services.AddSingleton(new ServiceRoleMarker(role));
        builder.Services.AddOptionsWithValidateOnStart<RegionOptions>().BindConfiguration(RegionOptions.Section).ValidateDataAnnotations()
            .PostConfigure<IConfiguration>((region, configuration) => region.Complete(configuration))
            .Validate(region => region is { Home: null } or { Name: not null }, "HOME_REGION needs GAIA_REGION, the region of this process.")
            .Validate(region => region.AuthBound <= region.Staleness, "REGION_AUTH is more than REGION_STALENESS, after which memory is not used.")
            .Validate(region => role == ServiceRole.Edge || region is { Followed: null } or { Name: null }, "HOME_REGION is not the region of this process: only gateways run in other regions.");
        builder.Services.AddOptionsWithValidateOnStart<CacheTtlOptions>().BindConfiguration(CacheTtlOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<AdviceOptions>().BindConfiguration(AdviceOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<CacheMemoryOptions>().BindConfiguration(CacheMemoryOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<HistoryOptions>().BindConfiguration(HistoryOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<WarmOptions>().BindConfiguration(WarmOptions.Section).ValidateDataAnnotations();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);

        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Encoder = EventJson.Encoder;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        });

        // As HTTP has them, so that no byte of a header is an error: the gateway hands them on as they are.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.RequestHeaderEncodingSelector = RequestHeaderEncoding.Of);

        builder.Services.AddServiceDescription();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            client.AddStandardResilienceHandler(resilience => resilience.Retry.DisableForUnsafeHttpMethods());
            client.AddServiceDiscovery();
        });
    }

    /// <summary>The first part of the pipeline, <c>/alive</c>, and for an inner service <c>/health</c>. Call it before anything else is mapped.</summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        app.Services.ValidateOptionsOrExit();
        app.EndQuietlyWhenStoppedBeforeStarted();

        // Routing comes after the error pages, instead of where WebApplication would put it, so that its own failures are problems too.
        app.UseProblems();
        app.UseRoutingWithHead();
        var alive = app.MapAlive();
        if (app.Services.GetRequiredService<ServiceRoleMarker>().Role == ServiceRole.Inner)
        {
            alive.ExcludeFromDescription();
            app.UseInternalIdentity();
            app.MapHealth();
            app.UseCacheNode();
            app.MapOpenApi().WithMetadata(ProbeMetadata.Instance);
        }
    }

    private sealed record ServiceRoleMarker(ServiceRole Role);
}
