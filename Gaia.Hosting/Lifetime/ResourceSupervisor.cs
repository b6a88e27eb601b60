using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Hosting;

/// <summary>
/// Watches the states of all resources and restarts those that exit unexpectedly, with exponential backoff. On shutdown it stops services in order: DCP would stop
/// everything at once, and a service whose database stops first takes its whole shutdown time.
/// </summary>
internal sealed partial class ResourceSupervisor(
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResourceLoggerService logs,
    IHostApplicationLifetime lifetime,
    ILogger<ResourceSupervisor> logger) : IHostedService, IDisposable
{
    private const int StartLimit = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a running resource may be unhealthy before a warning.</summary>
    private static readonly TimeSpan ReadyDelay = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>A process that ran for longer resets the count of exits.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Instance> instances = [];

    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;

    public void Start() => watching = WatchAsync(stopping.Token);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // No restarts while the resources stop.
        await stopping.CancelAsync();
        await watching.WaitAsync(cancellationToken);
        var left = instances.Where(instance => instance.Value is { Resource: ProjectResource, State: not null }).ToList();
        while (left.Count > 0)
        {
            var awaited = left.SelectMany(instance => instance.Value.Resource.Annotations.OfType<WaitAnnotation>()).Select(wait => wait.Resource).ToHashSet();
            var next = left.Where(instance => !awaited.Contains(instance.Value.Resource)).ToList();
            await Task.WhenAll(next.Where(instance => instance.Value.State == KnownResourceStates.Running).Select(
                instance => commands.ExecuteCommandAsync(instance.Key, KnownResourceCommands.StopCommand, cancellationToken)));
            left = [.. left.Except(next)];
        }
    }

    public void Dispose()
    {
        // The container has it by two registrations, and disposes of each.
        foreach (var instance in instances.Values)
        {
            instance.Output?.Dispose();
            instance.Output = null;
        }

        stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var e in notifications.WatchAsync(ct))
            {
                if (e.Resource is ProjectResource or ExecutableResource or ContainerResource && e.Snapshot.State?.Text is { } state)
                {
                    await ObserveAsync(e, state, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The AppHost ends.
        }
    }

    private async Task ObserveAsync(ResourceEvent e, string state, CancellationToken ct)
    {
        if (!instances.TryGetValue(e.ResourceId, out var instance))
        {
            instances[e.ResourceId] = instance = new(e.Resource);
        }

        var before = instance.State;
        instance.State = state;
        instance.WasReady |= e.Snapshot.HealthStatus is HealthStatus.Healthy && state == KnownResourceStates.Running;
        if (state == KnownResourceStates.Running && before != state)
        {
            instance.StartedAt = DateTimeOffset.UtcNow;
            _ = WarnWhenNotReadyAsync(e.ResourceId, instance, ct);
        }

        // A resource that was told to stop passes through Stopping.
        if (!KnownResourceStates.TerminalStates.Contains(state) || before is null || before == KnownResourceStates.Stopping || KnownResourceStates.TerminalStates.Contains(before))
        {
            return;
        }

        // A program that is run once, such as a migration, ends with 0 and stays so.
        if (e.Snapshot.ExitCode == 0 && !instance.WasReady)
        {
            return;
        }

        instance.Output ??= new(logs, e.ResourceId);
        instance.Ends = DateTimeOffset.UtcNow - instance.StartedAt > Stable ? 1 : instance.Ends + 1;
        if (!instance.WasReady && instance.Ends >= StartLimit)
        {
            await EndAsync(e.Resource, instance);
            return;
        }

        var delay = TimeSpan.FromTicks(Math.Min(FirstDelay.Ticks << Math.Min(instance.Ends - 1, 10), LongestDelay.Ticks));
        LogRestart(e.ResourceId, e.Snapshot.ExitCode, delay.TotalSeconds);
        _ = RestartAsync(e.ResourceId, delay, ct);
    }

    private async Task WarnWhenNotReadyAsync(string resourceId, Instance instance, CancellationToken ct)
    {
        try
        {
            await Task.Delay(ReadyDelay, ct);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (!instance.WasReady && instance.State == KnownResourceStates.Running && notifications.TryGetCurrentState(resourceId, out var current))
        {
            var reports = current.Snapshot.HealthReports.Where(report => report.Status is not HealthStatus.Healthy).Select(report => report.Description ?? report.ExceptionText);
            LogNotReady(resourceId, ReadyDelay.TotalSeconds, string.Join("; ", reports.OfType<string>()));
        }
    }

    private async Task RestartAsync(string resourceId, TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, ct);
            var result = await commands.ExecuteCommandAsync(resourceId, KnownResourceCommands.StartCommand, ct);
            if (!result.Success)
            {
                LogNotRestarted(resourceId, result.Message);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The AppHost ends.
        }
    }

    private async Task EndAsync(IResource resource, Instance instance)
    {
        // From here on, no resource is restarted.
        await stopping.CancelAsync();
        await Console.Error.WriteLineAsync(StartFailure.Describe(resource.Name, instance.Ends, await instance.Output!.ReadAsync()));
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    [LoggerMessage(LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; starting it again in {Delay} s")]
    private partial void LogRestart(string resource, int? exitCode, double delay);

    [LoggerMessage(LogLevel.Warning, "{Resource} runs, but is not ready after {Delay} s: {Reason}")]
    private partial void LogNotReady(string resource, double delay, string reason);

    [LoggerMessage(LogLevel.Error, "{Resource} could not be started again: {Reason}")]
    private partial void LogNotRestarted(string resource, string? reason);

    private sealed class Instance(IResource resource)
    {
        public IResource Resource => resource;

        public string? State { get; set; }

        public bool WasReady { get; set; }

        /// <summary>From its first unexpected end on.</summary>
        public ResourceOutput? Output { get; set; }

        public DateTimeOffset StartedAt { get; set; }

        /// <summary>How often it ended in a row, each time soon after its start.</summary>
        public int Ends { get; set; }
    }
}
