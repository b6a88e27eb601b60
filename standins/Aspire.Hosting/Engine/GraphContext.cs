using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Engine;

/// <summary>What every part of the engine works with during one run.</summary>
internal sealed record GraphContext(
    DistributedApplicationExecutionContext Execution,
    DistributedApplicationModel Model,
    ResourceNotificationService Notifications,
    ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing,
    IServiceProvider Services,
    StateFolder State,
    Watchdog Watchdog,
    PortPlan Ports)
{
    public async Task<ProcessSpec> PrepareAsync(IResource resource, string instanceId, CancellationToken cancellationToken)
    {
        Dictionary<string, string> environment = [];
        foreach (var (name, value) in await ProcessValues.VariablesAsync(resource, Execution, cancellationToken))
        {
            if (await ProcessValues.ResolveAsync(value, resource, Execution, cancellationToken) is { } text)
            {
                environment[name] = Placeholders.Fill(text, instanceId, Port);
            }
        }

        List<string> arguments = [];
        foreach (var value in await ProcessValues.ArgumentsAsync(resource, Execution, cancellationToken))
        {
            if (await ProcessValues.ResolveAsync(value, resource, Execution, cancellationToken) is { } text)
            {
                arguments.Add(Placeholders.Fill(text, instanceId, Port));
            }
        }

        resource.TryGetLastAnnotation<ContainerMountAnnotation>(out var mount);
        var context = new ProcessContext(resource, instanceId, Loggers.Log(instanceId), Watchdog)
        {
            Environment = environment,
            Arguments = arguments,
            DataFolder = mount?.Source is { } volume ? State.Volume(volume) : State.Scratch($"{resource.Name}-data"),
            IsThrowaway = mount is null || !State.Keeps,
            PrivateFolder = State.Scratch(instanceId),
            Port = Port,
        };
        return await resource.Annotations.OfType<ProcessAnnotation>().Last().PrepareAsync(context, cancellationToken);

        int Port(string endpoint) => Ports.PortOf(instanceId, endpoint);
    }
}
