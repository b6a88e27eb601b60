namespace Gaia.Gateway.Revocations;

internal static class RevocationRegistration
{
    public static void AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<RevocationMap>();
        services.AddSingleton<RevocationTrust>();
        services.AddSingleton<RevocationCheck>();
        services.AddSingleton<RevocationLog>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationLog>());
        services.AddHostedService<RevocationKeeper>();
    }
}
