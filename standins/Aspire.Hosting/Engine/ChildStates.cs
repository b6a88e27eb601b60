using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>A database has no process of its own: it is in whatever state its server is.</summary>
internal sealed class ChildStates(DistributedApplicationModel model, ResourceNotificationService notifications)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        var children = model.Resources.OfType<IResourceWithParent>().ToLookup(child => child.Parent);
        await foreach (var update in notifications.WatchAsync(stopping))
        {
            foreach (var child in children[update.Resource])
            {
                await notifications.PublishUpdateAsync(child, s => Follow(s, update.Snapshot, child));
            }
        }
    }

    private static CustomResourceSnapshot Follow(CustomResourceSnapshot child, CustomResourceSnapshot parent, IResource resource)
    {
        if (child.State?.Text == parent.State?.Text && (parent.Ready is not null || child.Ready is null))
        {
            return child;
        }

        var restarted = parent.Ready is null;
        return child with
        {
            State = parent.State,
            Ready = restarted ? null : child.Ready,
            HealthReports = restarted
                ? [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => new HealthReportSnapshot(check.Key, null, null, null))]
                : child.HealthReports,
        };
    }
}
