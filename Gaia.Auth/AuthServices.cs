using Gaia.Auth.Accounts;
using Gaia.Auth.ApiKeys;
using Gaia.Auth.Attempts;
using Gaia.Auth.ExternalIssuers;
using Gaia.Auth.Principals;
using Gaia.Auth.Revocations;
using Gaia.Auth.Secrets;
using Gaia.Auth.Sessions;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Messaging.Streams;

namespace Gaia.Auth;

internal static class AuthServices
{
    public static void AddAuthServices(this IHostApplicationBuilder builder)
    {
        builder.AddAuthOptions();
        builder.AddDatabase<AuthDb>(Resources.AuthDb, options => options.UseAsyncSeeding(new FirstAccounts(builder.Configuration).SeedAsync));
        builder.AddEventJournal<AuthDb>(EventSources.Auth);

        var services = builder.Services;
        services.AddValidation();
        services.AddHttpContextAccessor();
        services.AddSecretProtection();
        services.AddSingleton<DatabaseReadiness>();
        services.AddScoped<ExpiredData>();
        services.AddExpiredDataCleanup((scope, now, ct) => scope.GetRequiredService<ExpiredData>().DeleteAsync(now, ct));

        services.AddPasswordHashingLimit();
        services.AddSingleton<PasswordHashing>();
        services.AddScoped<Register>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<UserAdministration>();
        services.AddScoped<ReportedClientAddress>();
        services.AddScoped<AttemptLimiter>();
        services.AddScoped<FailedSignIns>();

        services.AddScoped<SessionStart>();
        services.AddScoped<Refresh>();
        services.AddScoped<Logout>();

        services.AddSingleton<SigningKeyVault>();
        services.AddSingleton<SigningKeyRing>();
        services.AddScoped<SigningKeyRotation>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<AccessTokenReader>();

        services.AddScoped<CreateApiKey>();
        services.AddScoped<RepeatableKeys>();
        services.AddScoped<RotateApiKey>();
        services.AddScoped<RevokeApiKey>();
        services.AddScoped<LimitApiKey>();
        services.AddOptions<UserRateLimitOptions>().BindConfiguration(UserRateLimit.Section);

        services.AddSingleton<ExternalKeys>();
        services.AddSingleton<ExternalTokenReader>();
        services.AddScoped<ExternalUsers>();
        services.AddScoped<PrincipalDirectory>();

        services.AddScoped<RevocationLog>();
        services.AddSingleton<RevocationPublisher>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationPublisher>());
        services.AddSingleton<IStreamedDatabase, RevocationDatabase>();
    }
}
