using System.Collections.Concurrent;
using Gaia.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia.AppHost;

/// <summary>Breaks processes, containers and links of this graph on purpose, to see what Gaia does without them. What is frozen, cut or slowed recovers when the AppHost ends.</summary>
internal sealed class Faults(ResourceNotificationService notifications, ContainerFaults containers, IHostApplicationLifetime lifetime, IServiceProvider services)
{
    /// <summary>How much later a slow link brings an answer.</summary>
    public static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, ResourceEvent> resources = new();
    private readonly ConcurrentDictionary<string, bool> frozen = new();

    public FaultTargets Targets => new(
        [.. resources.Values.Where(IsBreakable).OrderBy(e => e.ResourceId, StringComparer.Ordinal).Select(Describe)],
        [.. (Links?.All ?? []).Select(link => new FaultLink(link.Server, link.Fault))]);

    private LinkFaults? Links => services.GetService<LinkFaults>();

    /// <summary>Knows what runs from now on.</summary>
    public void Start() => _ = WatchAsync(lifetime.ApplicationStopping);

    /// <summary>Whether a process or container of that id runs.</summary>
    public bool IsRunning(string id) => Running(id) is not null;

    public async Task FreezeAsync(string id, TimeSpan duration)
    {
        if (Running(id) is not { } instance || !frozen.TryAdd(id, true))
        {
            return;
        }

        try
        {
            await (instance.ProcessId() is { } process
                ? ProcessFaults.FreezeAsync(process, duration, lifetime.ApplicationStopping)
                : containers.FreezeAsync(instance.ContainerId()!, duration, lifetime.ApplicationStopping));
        }
        catch (OperationCanceledException)
        {
            // The AppHost ends.
        }
        finally
        {
            frozen.TryRemove(id, out _);
        }
    }

    public async Task KillAsync(string id)
    {
        if (Running(id) is not { } instance)
        {
            return;
        }

        if (instance.ProcessId() is { } process)
        {
            ProcessFaults.Kill(process);
        }
        else
        {
            await containers.KillAsync(instance.ContainerId()!);
        }
    }

    /// <param name="server">The server behind the link.</param>
    /// <param name="kind">One of <see cref="FaultProtocol.Cut"/> and <see cref="FaultProtocol.Slow"/>.</param>
    /// <param name="duration">How long.</param>
    /// <returns>False when there is no such link, or something is wrong with it already.</returns>
    public async Task<bool> BreakLinkAsync(string server, string kind, TimeSpan duration)
    {
        try
        {
            return Links is { } links && await (kind == FaultProtocol.Cut
                ? links.CutAsync(server, duration, lifetime.ApplicationStopping)
                : links.SlowAsync(server, SlowBy, duration, lifetime.ApplicationStopping));
        }
        catch (OperationCanceledException)
        {
            // The AppHost ends.
            return true;
        }
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var e in notifications.WatchAsync(ct))
            {
                resources[e.ResourceId] = e;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The AppHost ends.
        }
    }

    private ResourceEvent? Running(string id) =>
        resources.TryGetValue(id, out var e) && IsBreakable(e) && e.Snapshot.State?.Text == KnownResourceStates.Running ? e : null;

    private FaultProcess Describe(ResourceEvent e) => new(e.ResourceId, e.Resource.Name, e.Snapshot.State?.Text ?? "", frozen.ContainsKey(e.ResourceId));

    /// <summary>The dashboard is hidden.</summary>
    private static bool IsBreakable(ResourceEvent e) => !e.Snapshot.IsHidden
        && (e.Resource is ProjectResource or ExecutableResource && e.ProcessId() is not null || e.Resource is ContainerResource && e.ContainerId() is not null);
}
