namespace Gaia.Gateway.Revocations;

internal static class RevocationRegistration
{
    public static void AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<RevocationMap>();
        services.AddSingleton<RevocationStalenessGuard>();
        services.AddSingleton<RevocationCheck>();
        services.AddSingleton<RevocationLogFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationLogFollower>());
        services.AddHostedService<RevocationRefreshService>();
    }
}
