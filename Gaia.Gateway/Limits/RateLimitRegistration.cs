namespace Gaia.Gateway.Limits;

internal static class RateLimitRegistration
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<RegionUsage>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<Peers>();
        services.AddHostedService(provider => provider.GetRequiredService<Peers>());
        services.AddHostedService<LeaseRefreshService>();
        services.AddHostedService<RegionUsageService>();
        services.AddActivatedSingleton<RateLimitMetrics>();
    }
}
