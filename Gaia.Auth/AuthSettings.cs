using Gaia.Auth.Accounts;
using Gaia.Auth.Attempts;
using Gaia.Auth.ExternalIssuers;
using Gaia.Auth.Revocations;
using Gaia.Auth.Sessions;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Microsoft.Extensions.Options;

namespace Gaia.Auth;

/// <summary>Where every setting of the service comes from.</summary>
internal static class AuthSettings
{
    private static readonly TimeSpan RetentionMargin = TimeSpan.FromMinutes(1);

    public static void AddAuthOptions(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration;

        builder.Bind<TokenOptions>(TokenOptions.Section, o => o.Issuer = settings["PUBLIC_URL"] is { Length: > 0 } url ? url.TrimEnd('/') : o.Issuer);
        builder.Services.AddOptions<RevocationOptions>().Configure<IOptions<TokenOptions>, IOptions<CacheTtlOptions>>(
            (o, tokens, caches) => o.Retention = new[] { tokens.Value.AccessTokenLifetime, caches.Value.ApiKey }.Max() + RetentionMargin);
        builder.Bind<SigningKeyOptions>(SigningKeyOptions.Section);
        builder.Bind<RefreshOptions>(RefreshOptions.Section);
        builder.Bind<PasswordOptions>(PasswordOptions.Section);
        builder.Bind<AttemptOptions>(AttemptOptions.Section);
        builder.Bind<ExternalIssuerOptions>(ExternalIssuerOptions.Section, o => o.Secret = settings["SUPABASE_JWT_SECRET"] is { Length: > 0 } secret ? secret : o.Secret);
        builder.Bind<AdministratorOptions>(AdministratorOptions.Section, o => o.Read(settings));
    }

    private static void Bind<TOptions>(this IHostApplicationBuilder builder, string section, Action<TOptions>? flatVariables = null)
        where TOptions : class =>
        builder.Services.AddOptionsWithValidateOnStart<TOptions>().BindConfiguration(section).Configure(flatVariables ?? (_ => { })).ValidateDataAnnotations();
}
