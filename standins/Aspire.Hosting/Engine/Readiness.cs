using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Engine;

internal static class Readiness
{
    /// <summary>Registers what "ready" means for a server under Aspire's key, <c>{name}_check</c>.</summary>
    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> builder, IHealthCheck check)
        where T : IResource
    {
        var key = $"{builder.Resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddCheck(key, check);
        return builder.WithHealthCheck(key);
    }
}
