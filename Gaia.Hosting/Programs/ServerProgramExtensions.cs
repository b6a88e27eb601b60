using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Hosting;

/// <summary>Runs declared servers without a container engine.</summary>
public static class ServerProgramExtensions
{
    /// <summary><c>programs</c> or <c>containers</c>; empty lets a container engine decide by being there.</summary>
    public const string Setting = "GAIA_SERVERS";

    /// <summary>
    /// Makes every declared Redis, PostgreSQL and NATS container a program that DCP runs, with the same name, endpoint, password, connection string, health check and children.
    /// Does nothing where a container engine answers, and nothing when publishing. Call it after the last resource is declared.
    /// </summary>
    /// <exception cref="DistributedApplicationException">A program is not installed, or the state folder cannot be used.</exception>
    public static void RunServersAsPrograms(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.HasServersAsPrograms())
        {
            return;
        }

        var state = StateFolder.Open(builder);
        foreach (var declared in builder.Resources.OfType<ContainerResource>().ToList())
        {
            var program = ServerProgram.For(declared);
            program.EnsureInstalled(declared.Name);
            builder.Replace(declared, program, state);
        }
    }

    /// <summary>Whether servers run as programs here.</summary>
    public static bool HasServersAsPrograms(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ExecutionContext.IsRunMode && builder.Configuration[Setting] switch
        {
            "programs" => true,
            "containers" => false,
            _ => ContainerEngine.Find(builder.Configuration) is null,
        };
    }

    private static void Replace(this IDistributedApplicationBuilder builder, ContainerResource declared, ServerProgram program, StateFolder state)
    {
        var folder = state.FolderOf(declared.Name);
        var resource = new ProgramResource(declared, program.Path, folder);
        RemoveContainerAnnotations(declared.Annotations);
        builder.Resources[builder.Resources.IndexOf(declared)] = resource;
        builder.CreateResourceBuilder(resource)
            .WithArgs(context =>
            {
                var options = program.Options([.. context.Args], state.IsThrowaway).ToList();
                context.Args.Clear();
                context.Args.Add(declared.GetEndpoint("tcp").Property(EndpointProperty.TargetPort));
                context.Args.Add(folder);
                options.ForEach(context.Args.Add);
            })
            .WithEnvironment(program.Environment);

        if (program.PingAsync is { } pingAsync)
        {
            // The declared resource's check learns its connection string from an event of that resource, which is no longer in the model.
            var check = declared.Annotations.OfType<HealthCheckAnnotation>().Single(check => check.Key == $"{declared.Name}_check");
            declared.Annotations.Remove(check);
            declared.Annotations.Add(new HealthCheckAnnotation($"{declared.Name}_program"));
            builder.Services.AddHealthChecks().Add(new($"{declared.Name}_program", _ => new ProgramHealthCheck(resource, pingAsync), failureStatus: null, tags: null));
        }

        if (program.OnReadyAsync is { } onReadyAsync)
        {
            builder.Eventing.Subscribe<ResourceReadyEvent>(
                resource, async (_, ct) => await onReadyAsync((await resource.ConnectionStringExpression.GetValueAsync(ct))!, ct));
        }

        builder.LinkChildren(declared, resource);
    }

    private static void RemoveContainerAnnotations(ResourceAnnotationCollection annotations)
    {
        foreach (var annotation in annotations.Where(a => a is ContainerImageAnnotation or ContainerMountAnnotation).ToList())
        {
            annotations.Remove(annotation);
        }

        // No proxy of DCP's in between: a server that is down refuses connections.
        foreach (var endpoint in annotations.OfType<EndpointAnnotation>())
        {
            (endpoint.IsProxied, endpoint.TargetPort) = (false, endpoint.Port);
        }
    }

    /// <summary>Aspire tells the children of a container, such as databases, of its connection string and state; of a program's they are told here.</summary>
    private static void LinkChildren(this IDistributedApplicationBuilder builder, ContainerResource declared, ProgramResource resource)
    {
        var children = builder.Resources.OfType<IResourceWithParent>().Where(child => child.Parent == declared).ToList();
        if (children.Count == 0)
        {
            return;
        }

        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(resource, async (e, ct) =>
        {
            foreach (var child in children)
            {
                await builder.Eventing.PublishAsync(new ConnectionStringAvailableEvent(child, e.Services), ct);
            }
        });
        builder.Eventing.Subscribe<BeforeStartEvent>((e, ct) =>
        {
            _ = MirrorStateAsync(e.Services.GetRequiredService<ResourceNotificationService>(), resource, children, ct);
            return Task.CompletedTask;
        });
    }

    private static async Task MirrorStateAsync(
        ResourceNotificationService notifications, ProgramResource resource, List<IResourceWithParent> children, CancellationToken ct)
    {
        string? last = null;
        await foreach (var e in notifications.WatchAsync(ct))
        {
            if (e.Resource == resource && e.Snapshot.State?.Text is { } state && state != last)
            {
                last = state;
                foreach (var child in children)
                {
                    await notifications.PublishUpdateAsync(child, snapshot => snapshot with
                    {
                        State = e.Snapshot.State,
                        StartTimeStamp = e.Snapshot.StartTimeStamp,
                        StopTimeStamp = e.Snapshot.StopTimeStamp,
                    });
                }
            }
        }
    }
}
