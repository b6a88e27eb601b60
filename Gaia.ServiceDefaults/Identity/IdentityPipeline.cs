using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gaia;

internal static class IdentityPipeline
{
    public static void AddInternalIdentity(this IServiceCollection services, ServiceRole role)
    {
        services.AddOptionsWithValidateOnStart<IdentityOptions>().BindConfiguration(IdentityOptions.Section).ValidateDataAnnotations();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InternalIdentity>();
        services.AddScoped<CurrentUser>();

        if (role == ServiceRole.Inner)
        {
            services.AddAuthentication(IdentityHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, IdentityHandler>(IdentityHandler.SchemeName, null);
            services.AddAuthorization();
        }
    }

    /// <summary>Whoever reaches the service around the gateway gets 401, whatever else the request says, and for paths that do not exist as well.</summary>
    public static void UseInternalIdentity(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.Use(async (context, next) =>
        {
            if (IsProbe(context) || context.RequestServices.GetRequiredService<CurrentUser>().Principal is not null)
            {
                await next(context);
            }
            else
            {
                await context.ChallengeAsync();
            }
        });
        app.UseAuthorization();
    }

    private static bool IsProbe(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ProbeMetadata>() is not null;
}
