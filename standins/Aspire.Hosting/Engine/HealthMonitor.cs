using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Engine;

/// <summary>Runs the health checks of one resource while it runs, and announces when it is ready.</summary>
internal sealed class HealthMonitor(GraphContext graph, IResource resource)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WhenHealthy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> keys = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key)];
    private readonly string[] ids = ResourceInstances.Of(resource);

    public async Task RunAsync(CancellationToken stopping)
    {
        var checks = graph.Services.GetRequiredService<HealthCheckService>();
        var pause = Soonest;
        DateTime? unhealthySince = null;

        while (true)
        {
            await graph.Notifications.WaitForResourceAsync(resource.Name, IsRunning, stopping);
            if (resource is IResourceWithParent { Parent: var parent })
            {
                // A database is there when its server has been made ready.
                await graph.Notifications.WaitForResourceAsync(parent.Name, e => e.Snapshot.Ready is { IsCompleted: true }, stopping);
            }

            var healthy = await CheckAsync(checks, stopping);
            await AnnounceAsync(healthy is null, stopping);

            if (healthy is null)
            {
                (pause, unhealthySince) = (Soonest, null);
            }
            else
            {
                pause = TimeSpan.FromTicks(Math.Min(Latest.Ticks, pause.Ticks * 3 / 2));
                unhealthySince ??= DateTime.UtcNow;
                if (DateTime.UtcNow - unhealthySince > Patience)
                {
                    unhealthySince = DateTime.UtcNow;
                    graph.Loggers.Log(ids[0]).Say($"not healthy: {healthy}", isError: true);
                }
            }

            // A restart shows as a process that is running but not announced: it is looked at soon, however healthy the last one was.
            using var next = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var restarted = graph.Notifications.WaitForResourceAsync(resource.Name, e => IsRunning(e) && e.Snapshot.Ready is null, next.Token);
            await Task.WhenAny(Task.Delay(healthy is null ? WhenHealthy : pause, stopping), healthy is null ? restarted : Task.Delay(-1, next.Token));
            await next.CancelAsync();
            stopping.ThrowIfCancellationRequested();
        }
    }

    private bool IsRunning(ResourceEvent e) => ids.Contains(e.ResourceId) && e.Snapshot.State?.Text == KnownResourceStates.Running;

    /// <summary>Null when every check is content, else the first complaint.</summary>
    private async Task<string?> CheckAsync(HealthCheckService checks, CancellationToken stopping)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Limit);
        HealthReport report;
        try
        {
            report = await checks.CheckHealthAsync(registration => keys.Contains(registration.Name), limit.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            var late = new HealthReportEntry(HealthStatus.Unhealthy, $"no answer within {Limit.TotalSeconds:0} s", Limit, null, null);
            report = new(keys.ToDictionary(key => key, _ => late), Limit);
        }

        await graph.Notifications.PublishUpdateAsync(resource, s => s with
        {
            HealthReports = [.. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.ToString()))],
        });
        return report.Status is HealthStatus.Healthy
            ? null
            : report.Entries.Values.First(e => e.Status is not HealthStatus.Healthy).Description ?? report.Status.ToString();
    }

    private async Task AnnounceAsync(bool healthy, CancellationToken stopping)
    {
        if (!healthy)
        {
            return;
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var news = 0;
        foreach (var id in ids)
        {
            await graph.Notifications.PublishUpdateAsync(resource, id, s =>
            {
                var first = s.State?.Text == KnownResourceStates.Running && s.Ready is null;
                news += first ? 1 : 0;
                return first ? s with { Ready = ready.Task } : s;
            });
        }

        if (news > 0)
        {
            try
            {
                await graph.Eventing.PublishAsync(new ResourceReadyEvent(resource, graph.Services), stopping);
                ready.SetResult();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                graph.Loggers.Log(ids[0]).Say($"could not be made ready: {e.Message}", isError: true);
                ready.SetException(e);
            }
        }
    }
}
