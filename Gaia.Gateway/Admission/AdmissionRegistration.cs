using Gaia.Caching;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Admission;

internal static class AdmissionRegistration
{
    public static void AddAdmission(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<DevelopmentKeyMatcher>();
        services.AddSingleton<AccessTokenReader>();
        services.AddSingleton<AuthClient>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<PrincipalSource>();
        services.AddSingleton<CredentialCache>();
        services.AddSingleton<CallerDirectory>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<IdentityTokenIssuer>();
        services.AddSingleton<ClientAddress>();
        services.AddSingleton<AdmissionService>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUses>());
    }

    public static CachingOptions AddAuthRegions(this CachingOptions caching, CacheTtlOptions ttl) =>
        caching.Region(AuthRegions.Jwt(ttl)).Region(AuthRegions.ApiKey(ttl)).Region(AuthRegions.User(ttl));

    /// <summary>Everything is admitted but the paths that must answer while nothing else does.</summary>
    public static void UseAdmission(this IApplicationBuilder app) =>
        app.UseWhen(context => !IsProbe(context.Request.Path), admitted => admitted.UseMiddleware<AdmissionMiddleware>());

    private static bool IsProbe(PathString path) => path == "/health" || path == "/alive";
}
