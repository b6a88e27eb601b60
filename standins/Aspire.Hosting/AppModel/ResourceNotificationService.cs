using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the state of every resource, and lets callers wait for a state.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ResourceEvent> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ChannelWriter<ResourceEvent>, byte> watchers = [];
    private readonly CancellationTokenSource disposing = new();

    /// <summary>Aspire's signature; the engine here needs none of these.</summary>
    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (gate)
        {
            var before = current.TryGetValue(resourceId, out var known)
                ? known.Snapshot
                : new() { ResourceType = TypeOf(resource), Properties = [], CreationTimeStamp = DateTime.UtcNow };
            var update = new ResourceEvent(resource, resourceId, stateFactory(before));
            current[resourceId] = update;
            foreach (var watcher in watchers.Keys)
            {
                watcher.TryWrite(update);
            }
        }

        return Task.CompletedTask;
    }

    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in ResourceInstances.Of(resource))
        {
            await PublishUpdateAsync(resource, id, stateFactory);
        }
    }

    /// <summary>Finds a resource by the id of its process, or by its name when it has exactly one.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (gate)
        {
            if (!current.TryGetValue(resourceId, out resourceEvent))
            {
                var named = current.Values.Where(e => ResourceNames.Same(e.Resource.Name, resourceId)).Take(2).ToArray();
                resourceEvent = named is [var only] ? only : null;
            }

            return resourceEvent is not null;
        }
    }

    /// <summary>The last event of every resource, then each new one as it happens.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, disposing.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });

        lock (gate)
        {
            foreach (var known in current.Values)
            {
                channel.Writer.TryWrite(known);
            }

            watchers[channel.Writer] = 0;
        }

        try
        {
            await foreach (var update in channel.Reader.ReadAllAsync(stop.Token))
            {
                yield return update;
            }
        }
        finally
        {
            watchers.TryRemove(channel.Writer, out _);
        }
    }

    public void Dispose()
    {
        disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    private static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ContainerResource => "Container",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        _ => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
    };
}
