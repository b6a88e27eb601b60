using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia.Hosting;

/// <summary>Adds <see cref="ResourceSupervisor"/> to an AppHost.</summary>
public static class ResourceSupervisorExtensions
{
    /// <summary>
    /// Restarts every project and executable that exits unexpectedly, which DCP does not do. One that exits three times before it was ever healthy ends the AppHost with a
    /// line that names it and its last line of output. On shutdown, services stop before the resources they wait for.
    /// </summary>
    public static void SuperviseResources(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddSingleton<ResourceSupervisor>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ResourceSupervisor>());

            // Not when hosted services start: Aspire's own returns from that only when every resource has been started.
            builder.Eventing.Subscribe<BeforeStartEvent>((e, _) =>
            {
                e.Services.GetRequiredService<ResourceSupervisor>().Start();
                return Task.CompletedTask;
            });

            // The AppHost ends after its resources, so that ports and data are free when it returns.
            builder.Configuration["DcpPublisher:WaitForResourceCleanup"] ??= "true";

            // A resource that failed is restarted, so waiting for it goes on.
            builder.Services.Configure<ResourceNotificationServiceOptions>(options => options.DefaultWaitBehavior = WaitBehavior.WaitOnResourceUnavailable);
        }
    }
}
