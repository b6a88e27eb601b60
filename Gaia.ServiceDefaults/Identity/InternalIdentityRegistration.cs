using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gaia;

internal static class InternalIdentityRegistration
{
    public static void AddInternalIdentity(this IServiceCollection services, ServiceRole role)
    {
        _ = role;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InternalIdentity>();
        services.AddScoped<CurrentUser>();
    }
}
