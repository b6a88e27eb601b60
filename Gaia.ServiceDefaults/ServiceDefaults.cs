using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia;

/// <summary>What every service of Gaia gets with one call before and one call after the host is built.</summary>
public static class ServiceDefaults
{
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, ServiceRole role = ServiceRole.Inner) =>
        builder.Services.AddInternalIdentity(role);

    public static WebApplication MapServiceDefaults(this WebApplication app) => app;
}
