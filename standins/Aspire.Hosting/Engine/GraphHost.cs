using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Engine;

/// <summary>Runs the graph: ports, processes, health, and the end of all of it.</summary>
internal sealed class GraphHost(
    DistributedApplicationExecutionContext execution,
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    StateFolder state,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly PortPlan ports = new();
    private readonly List<Supervisor> supervisors = [];
    private readonly List<Task> monitors = [];
    private StateLock? stateLock;
    private Watchdog? watchdog;
    private StartFailure? failure;
    private bool stopped;
    private bool disposed;

    /// <summary>A test looks at the states of resources; a terminal gets one line and an exit code.</summary>
    private bool InTerminal => state.Keeps;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await PrepareAsync(cancelled.Token);
            var automatic = supervisors.Where(s => !s.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>());
            await Task.WhenAll(automatic.Select(s => TryStartAsync(s, cancelled.Token)));
            cancelled.Token.ThrowIfCancellationRequested();
            await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancelled.Token);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // Stopped while starting: StopAsync follows.
        }
        catch (Exception e) when (InTerminal && e is DistributedApplicationException or IOException or UnauthorizedAccessException)
        {
            Fail(StartFailure.FromException("apphost", e));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (stopped)
        {
            return;
        }

        stopped = true;
        await stopping.CancelAsync();
        await ReverseOrder.StopAsync(supervisors);
        await Task.WhenAll(monitors);
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await StopAsync(CancellationToken.None);
        supervisors.ForEach(s => s.Dispose());
        await ports.DisposeAsync();
        state.RemoveThrowaway();
        watchdog?.Dispose();
        stateLock?.Dispose();
        stopping.Dispose();
    }

    public Supervisor Find(string instanceId) =>
        supervisors.Find(s => ResourceNames.Same(s.Id, instanceId))
        ?? throw new DistributedApplicationException($"'{instanceId}' is not a process of this graph.");

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        stateLock = await StateLock.TakeAsync(state, cancellationToken);
        watchdog = new(StateFolder.Ensure(state.Throwaway));
        StateLock.Note(state, watchdog);
        var graph = new GraphContext(execution, model, notifications, loggers, eventing, services, state, watchdog, ports);

        var randomize = configuration.GetValue("DcpPublisher:RandomizePorts", false);
        foreach (var resource in model.Resources.Where(r => r.HasAnnotationOfType<ProcessAnnotation>()))
        {
            var instances = ResourceInstances.Create(resource);
            resource.Annotations.Add(instances);
            foreach (var (index, id) in instances.Ids.Index())
            {
                var title = instances.Ids.Length == 1 ? resource.Name : $"{resource.Name}/{index + 1}";
                supervisors.Add(new(graph, resource, id, title) { Failed = OnFailed });
            }

            ports.Allocate(resource, randomize);
        }

        if (InTerminal)
        {
            loggers.LineWritten = new ResourceConsole(supervisors.Select(s => (s.Resource, s.Id, s.Title))).Write;
        }

        await AnnounceAsync(cancellationToken);
        monitors.AddRange(model.Resources.Where(IsMonitored).Select(r => UntilStoppedAsync(new HealthMonitor(graph, r).RunAsync)));
        monitors.Add(UntilStoppedAsync(new ChildStates(model, notifications).RunAsync));
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        foreach (var resource in model.Resources)
        {
            var initial = resource is ParameterResource ? KnownResourceStates.Running : KnownResourceStates.NotStarted;
            await notifications.PublishUpdateAsync(resource, s => s with { State = s.State ?? initial });

            if (resource is IResourceWithEndpoints && resource.HasAnnotationOfType<EndpointAnnotation>())
            {
                await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
            }

            if (resource is IResourceWithConnectionString)
            {
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
            }
        }
    }

    private static bool IsMonitored(IResource resource) =>
        resource.HasAnnotationOfType<ProcessAnnotation>() || resource is IResourceWithParent or ParameterResource;

    private static async Task TryStartAsync(Supervisor supervisor, CancellationToken cancellationToken)
    {
        try
        {
            await supervisor.StartAsync(cancellationToken);
        }
        catch (StartFailure)
        {
            // OnFailed knows already.
        }
    }

    private void OnFailed(StartFailure why, bool hadStarted)
    {
        if (InTerminal)
        {
            Fail(why);
        }
    }

    /// <summary>Ends the AppHost with the first failure; those that follow from it say nothing new.</summary>
    private void Fail(StartFailure why)
    {
        if (Interlocked.CompareExchange(ref failure, why, null) is null)
        {
            Console.Error.WriteLine(why.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task UntilStoppedAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The graph stops.
        }
    }
}
