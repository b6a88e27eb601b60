using NATS.Client.OpenTelemetry;

namespace Gaia.Gateway.Limits;

internal static class RateLimitRegistration
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<Peers>();
        services.AddHostedService(provider => provider.GetRequiredService<Peers>());

        // Said and heard for as long as a gateway runs: no trace begins with it.
        services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNatsClientInstrumentation(nats => nats.FilterSubjects(include: null, exclude: [Peers.Subject])));
        services.AddHostedService<LeaseRefreshService>();
        services.AddActivatedSingleton<RateLimitMetrics>();
    }
}
