namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs a command of a resource: start, stop, restart, and those added with <c>WithCommand</c>.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService notifications;
    private readonly IServiceProvider services;

    internal ResourceCommandService(ResourceNotificationService notifications, IServiceProvider services)
    {
        this.notifications = notifications;
        this.services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        notifications.TryGetCurrentState(resourceId, out var found)
            ? ExecuteAsync(found.Resource, found.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var results = await Task.WhenAll(ResourceInstances.Of(resource).Select(id => ExecuteAsync(resource, id, commandName, cancellationToken)));
        var failed = results.Where(r => !r.Success).ToArray();
        return failed is [] ? CommandResults.Success()
            : failed.All(r => r.Canceled) ? CommandResults.Canceled()
            : CommandResults.Failure(string.Join(Environment.NewLine, failed.Where(r => !r.Canceled).Select(r => r.ErrorMessage)));
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string id, string name, CancellationToken cancellationToken)
    {
        // Aspire before 13 called them resource-start, resource-stop and resource-restart.
        var known = name.StartsWith("resource-", StringComparison.OrdinalIgnoreCase) ? name["resource-".Length..] : name;
        var commands = resource.Annotations.OfType<ResourceCommand>().ToArray();
        if ((commands.LastOrDefault(c => c.Name == name) ?? commands.LastOrDefault(c => c.Name == known)) is not { } command)
        {
            return CommandResults.Failure($"Command '{name}' not available for resource '{id}'.");
        }

        try
        {
            return await command.Execute(new() { ServiceProvider = services, ResourceName = id, CancellationToken = cancellationToken });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e) when (e is DistributedApplicationException or InvalidOperationException or IOException)
        {
            return CommandResults.Failure(e);
        }
    }
}
