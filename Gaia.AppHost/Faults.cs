using System.Collections.Concurrent;
using Gaia.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia.AppHost;

/// <summary>Breaks processes and links of this graph on purpose, to see what Gaia does without them. What is frozen, cut or slowed recovers when the AppHost ends.</summary>
internal sealed class Faults(ResourceNotificationService notifications, IHostApplicationLifetime lifetime, IServiceProvider services)
{
    /// <summary>How much later a slow link brings an answer.</summary>
    public static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, ResourceEvent> resources = new();
    private readonly ConcurrentDictionary<int, bool> frozen = new();

    public FaultTargets Targets => new(
        [.. resources.Values.Where(IsProcess).OrderBy(e => e.ResourceId, StringComparer.Ordinal).Select(Describe)],
        [.. (Links?.All ?? []).Select(link => new FaultLink(link.Server, link.Fault))]);

    private LinkFaults? Links => services.GetService<LinkFaults>();

    /// <summary>Knows the processes from now on.</summary>
    public void Start() => _ = WatchAsync(lifetime.ApplicationStopping);

    /// <returns>Null when no such process runs.</returns>
    public int? ProcessOf(string id) =>
        resources.TryGetValue(id, out var e) && e.Snapshot.State?.Text == KnownResourceStates.Running ? e.ProcessId() : null;

    public async Task FreezeAsync(int process, TimeSpan duration)
    {
        if (!frozen.TryAdd(process, true))
        {
            return;
        }

        try
        {
            await ProcessFaults.FreezeAsync(process, duration, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            // The AppHost ends.
        }
        finally
        {
            frozen.TryRemove(process, out _);
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

    private FaultProcess Describe(ResourceEvent e) => new(e.ResourceId, e.Resource.Name, e.Snapshot.State?.Text ?? "", e.ProcessId() is { } process && frozen.ContainsKey(process));

    /// <summary>The dashboard is hidden.</summary>
    private static bool IsProcess(ResourceEvent e) => !e.Snapshot.IsHidden && e.Resource is ProjectResource or ExecutableResource && e.ProcessId() is not null;
}
