using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Engine;

/// <summary>The commands that every process has.</summary>
internal static class LifecycleCommands
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    public static void AddTo(IResourceCollection resources)
    {
        foreach (var resource in resources.Where(r => r.HasAnnotationOfType<ProcessAnnotation>()))
        {
            Add(resource, KnownResourceCommands.StartCommand, (process, ct) => process.StartAsync(ct));
            Add(resource, KnownResourceCommands.StopCommand, (process, _) => process.StopAsync(Grace));
            Add(resource, KnownResourceCommands.RestartCommand, async (process, ct) =>
            {
                await process.StopAsync(Grace);
                await process.StartAsync(ct);
            });
        }
    }

    private static void Add(IResource resource, string name, Func<Supervisor, CancellationToken, Task> run) =>
        resource.Annotations.Insert(0, new ResourceCommand(name, async context =>
        {
            var graph = context.ServiceProvider.GetRequiredService<GraphHost>();
            await run(graph.Find(context.ResourceName), context.CancellationToken);
            return CommandResults.Success();
        }));
}
