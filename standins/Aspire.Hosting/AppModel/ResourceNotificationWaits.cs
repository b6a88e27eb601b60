using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot.State is { } state && targetStates.Contains(state.Text, StringComparer.OrdinalIgnoreCase),
            cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var update in WatchAsync(cancellationToken))
            {
                if (ResourceNames.Same(update.Resource.Name, resourceName) && predicate(update))
                {
                    return update;
                }
            }
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            var now = TryGetCurrentState(resourceName, out var last)
                ? $"state {last.Snapshot.State?.Text ?? "unknown"}, health {last.Snapshot.HealthStatus?.ToString() ?? "unknown"}"
                : "nothing known";
            throw new OperationCanceledException($"Gave up waiting for '{resourceName}': {now}.", cancelled, cancellationToken);
        }

        throw new OperationCanceledException($"The wait for resource '{resourceName}' ended with the application.");
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var healthy = await WaitForResourceAsync(
            resourceName,
            e => IsReady(e) || (waitBehavior is WaitBehavior.StopOnResourceUnavailable && IsOver(e)),
            cancellationToken);

        if (!IsReady(healthy))
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it is in state {healthy.Snapshot.State!.Text}.");
        }

        await healthy.Snapshot.Ready!.WaitAsync(cancellationToken);
        return healthy;
    }

    /// <summary>Returns when everything that this resource waits for is there; throws when that cannot happen any more.</summary>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits))
        {
            await PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Waiting });
            await Task.WhenAll(waits.Select(wait => WaitForAsync(wait, cancellationToken)));
        }
    }

    private Task WaitForAsync(WaitAnnotation wait, CancellationToken cancellationToken) =>
        Task.WhenAll(ResourceInstances.Of(wait.Resource).Select(id => WaitForInstanceAsync(wait, id, cancellationToken)));

    private async Task WaitForInstanceAsync(WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var stopWhenOver = wait.WaitBehavior is not WaitBehavior.WaitOnResourceUnavailable;
        bool Reached(ResourceEvent e) => wait.WaitType switch
        {
            WaitType.WaitForCompletion => IsOver(e),
            WaitType.WaitUntilStarted => e.Snapshot.State?.Text == KnownResourceStates.Running,
            _ => IsReady(e),
        };

        var end = await WaitForResourceAsync(name, e => e.ResourceId == id && (Reached(e) || (stopWhenOver && IsOver(e))), cancellationToken);

        if (!Reached(end) || (wait.WaitType is WaitType.WaitForCompletion && end.Snapshot.ExitCode is { } code && code != wait.ExitCode)
            || (wait.WaitType is WaitType.WaitForCompletion && end.Snapshot.State?.Text == KnownResourceStates.FailedToStart))
        {
            throw new DistributedApplicationException(
                $"Dependency '{name}' is in state {end.Snapshot.State?.Text}{(end.Snapshot.ExitCode is { } exit ? $", exit code {exit}" : "")}.");
        }

        if (wait.WaitType is WaitType.WaitUntilHealthy)
        {
            await end.Snapshot.Ready!.WaitAsync(cancellationToken);
        }
    }

    private static bool IsReady(ResourceEvent e) => e.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: not null };

    private static bool IsOver(ResourceEvent e) =>
        e.Snapshot.State?.Text is { } state && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);
}
