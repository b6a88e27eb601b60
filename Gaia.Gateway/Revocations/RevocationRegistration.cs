namespace Gaia.Gateway.Revocations;

internal static class RevocationRegistration
{
    public static void AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<RevocationMap>();
        services.AddSingleton<RevocationStalenessGuard>();
        services.AddSingleton<RevocationCheck>();
        services.AddHostedService<RevocationLogFollower>();
        services.AddHostedService<RevocationRefreshService>();
    }
}
