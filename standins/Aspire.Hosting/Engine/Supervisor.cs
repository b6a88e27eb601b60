using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Engine;

/// <summary>Keeps one process of a resource running: starts it when its dependencies are there, and again whenever it ends unasked.</summary>
internal sealed class Supervisor(GraphContext graph, IResource resource, string id, string title) : IDisposable
{
    /// <summary>A process that ends this often before it was ever ready is not going to be.</summary>
    private const int AttemptsToBecomeReady = 3;
    private const int LinesToExplain = 20;

    private readonly SemaphoreSlim commands = new(1, 1);
    private CancellationTokenSource? running;
    private ChildProcess? child;
    private Task life = Task.CompletedTask;

    public IResource Resource => resource;

    public string Id => id;

    public string Title => title;

    /// <summary>Starts unless it runs already; done when the process has been started, or cannot be (a <see cref="StartFailure"/>).</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await commands.WaitAsync(cancellationToken);
        try
        {
            if (life.IsCompleted)
            {
                running?.Dispose();
                running = new();
                var launched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                life = LiveAsync(launched, running.Token);
                await launched.Task.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            commands.Release();
        }
    }

    public async Task StopAsync(TimeSpan grace)
    {
        await commands.WaitAsync();
        try
        {
            if (!life.IsCompleted)
            {
                await PublishAsync(s => s with { State = KnownResourceStates.Stopping });
                await running!.CancelAsync();
                await (child?.StopAsync(grace) ?? Task.CompletedTask);
                await life;
            }
        }
        finally
        {
            commands.Release();
        }
    }

    public void Dispose()
    {
        running?.Dispose();
        commands.Dispose();
    }

    private async Task LiveAsync(TaskCompletionSource launched, CancellationToken stopping)
    {
        var backoff = new Backoff();
        try
        {
            await graph.Notifications.WaitForDependenciesAsync(resource, stopping);
            await graph.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, graph.Services), stopping);

            while (true)
            {
                var exitCode = await RunOnceAsync(launched, backoff, stopping);
                if (stopping.IsCancellationRequested || IsDone(exitCode))
                {
                    await EndAsync(exitCode == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited, exitCode);
                    return;
                }

                if (!backoff.WasReady && backoff.Attempts >= AttemptsToBecomeReady)
                {
                    throw StartFailure.FromOutput(resource.Name, $"ended {backoff.Attempts} times before it was ready, last with exit code {exitCode}", RecentLines());
                }

                var delay = backoff.Next();
                Say($"ended with exit code {exitCode}{Reason()}; starting it again in {delay.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s", isError: true);
                await Task.Delay(delay, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await EndAsync(KnownResourceStates.Exited, exitCode: null);
            launched.TrySetResult();
        }
        catch (Exception e)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.FailedToStart, StopTimeStamp = DateTime.UtcNow });
            Failed?.Invoke(StartFailure.FromException(resource.Name, e), launched.Task.IsCompleted);
            launched.TrySetException(StartFailure.FromException(resource.Name, e));
        }
    }

    /// <summary>Called when the process cannot be kept running, and whether it had been started before.</summary>
    public Action<StartFailure, bool>? Failed { get; set; }

    private async Task<int> RunOnceAsync(TaskCompletionSource launched, Backoff backoff, CancellationToken stopping)
    {
        await PublishAsync(s => s with { State = KnownResourceStates.Starting, Ready = null, HealthReports = PendingReports() });
        var spec = await graph.PrepareAsync(resource, id, stopping);
        child = ChildProcess.Start(spec, resource.Name, graph.Loggers.Log(id), graph.Watchdog);
        backoff.Started();
        Say($"started: {title}, process {child.Id}");

        await PublishAsync(s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            StopTimeStamp = null,
            ExitCode = null,
            Urls = Urls(),
            EnvironmentVariables = [.. spec.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, IsFromSpec: true))],
            Properties = [new("executable.path", spec.FileName), new("executable.pid", child.Id)],
        });
        launched.TrySetResult();

        var exitCode = await child.Exited;
        backoff.Ended(graph.Notifications.TryGetCurrentState(id, out var last) && last.Snapshot.Ready is not null);
        return exitCode;
    }

    /// <summary>A server is never done; a program that only does its work is, when that succeeded or somebody waits for its end.</summary>
    private bool IsDone(int exitCode) =>
        graph.Model.Resources.Any(r => r.Annotations.OfType<WaitAnnotation>().Any(w => w.WaitType is WaitType.WaitForCompletion && w.Resource == resource))
        || (exitCode == 0 && !resource.HasAnnotationOfType<EndpointAnnotation>());

    private async Task EndAsync(string state, int? exitCode)
    {
        await PublishAsync(s => s with { State = state, ExitCode = exitCode, StopTimeStamp = DateTime.UtcNow });
        if (graph.Notifications.TryGetCurrentState(id, out var last))
        {
            await graph.Eventing.PublishAsync(new ResourceStoppedEvent(resource, graph.Services, last));
        }
    }

    private ImmutableArray<HealthReportSnapshot> PendingReports() =>
        [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => new HealthReportSnapshot(check.Key, null, null, null))];

    private ImmutableArray<UrlSnapshot> Urls() =>
        [.. resource.Annotations.OfType<EndpointAnnotation>().Select(e => new UrlSnapshot(e.Name, e.AllocatedEndpoint!.UriString, IsInternal: false))];

    private IEnumerable<string> RecentLines() => graph.Loggers.Log(id).Recent(LinesToExplain);

    private string Reason() => graph.Loggers.Log(id).LastProgramLine is { } line ? $" ({line.Trim()})" : "";

    private void Say(string text, bool isError = false) => graph.Loggers.Log(id).Say(text, isError);

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        graph.Notifications.PublishUpdateAsync(resource, id, change);
}
