using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gaia.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia.AppHost;

/// <summary>Freezes and kills processes of this graph for the gateway, so that the console can show what Gaia does without them. On loopback, for whoever has the key.</summary>
internal sealed class FaultServer(ResourceNotificationService notifications, IHostApplicationLifetime lifetime) : IAsyncDisposable
{
    /// <summary>The gateway may be what is broken: it has answered and recorded the request by then.</summary>
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(250);

    private readonly string key = RandomNumberGenerator.GetHexString(64);
    private readonly ConcurrentDictionary<string, ResourceEvent> resources = new();
    private readonly ConcurrentDictionary<int, bool> frozen = new();
    private WebApplication? app;

    /// <summary>Starts with the graph, and tells the gateway where it is.</summary>
    public static void Add(IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway)
    {
        builder.Services.AddSingleton<FaultServer>();
        builder.Eventing.Subscribe<BeforeStartEvent>((e, ct) => e.Services.GetRequiredService<FaultServer>().StartAsync(ct));
        gateway.WithEnvironment(context =>
        {
            var server = context.ExecutionContext.Services.GetRequiredService<FaultServer>();
            context.EnvironmentVariables["Faults__Url"] = server.app!.Urls.Single();
            context.EnvironmentVariables["Faults__Key"] = server.key;
        });
    }

    public async ValueTask DisposeAsync() => await (app?.DisposeAsync() ?? default);

    private async Task StartAsync(CancellationToken ct)
    {
        _ = WatchAsync(lifetime.ApplicationStopping);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.Use((context, next) =>
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers[FaultProtocol.KeyHeader].ToString()), Encoding.UTF8.GetBytes(key)))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapGet("/", () => TypedResults.Json(resources.Values.Where(IsProcess).OrderBy(e => e.ResourceId, StringComparer.Ordinal).Select(Describe), EventJson.Options));
        app.MapPost($"/{{id}}/{FaultProtocol.Freeze}", (string id, int seconds) => Break(id, process => FreezeAsync(process, Math.Clamp(seconds, 1, FaultProtocol.LongestFreeze))));
        app.MapPost($"/{{id}}/{FaultProtocol.Kill}", (string id) => Break(id, process =>
        {
            ProcessFaults.Kill(process);
            return Task.CompletedTask;
        }));
        await app.StartAsync(ct);
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

    private IResult Break(string id, Func<int, Task> fault)
    {
        if (!resources.TryGetValue(id, out var e) || e.ProcessId() is not { } process || e.Snapshot.State?.Text != KnownResourceStates.Running)
        {
            return TypedResults.NotFound();
        }

        _ = BreakAsync();
        return TypedResults.Accepted((string?)null);

        async Task BreakAsync()
        {
            await Task.Delay(AfterAnswer);
            await fault(process);
        }
    }

    private async Task FreezeAsync(int process, int seconds)
    {
        if (!frozen.TryAdd(process, true))
        {
            return;
        }

        try
        {
            // A frozen process would not end with the AppHost.
            await ProcessFaults.FreezeAsync(process, TimeSpan.FromSeconds(seconds), lifetime.ApplicationStopping);
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

    private FaultProcess Describe(ResourceEvent e) => new(e.ResourceId, e.Resource.Name, e.Snapshot.State?.Text ?? "", e.ProcessId() is { } process && frozen.ContainsKey(process));

    /// <summary>The dashboard is hidden.</summary>
    private static bool IsProcess(ResourceEvent e) => !e.Snapshot.IsHidden && e.Resource is ProjectResource or ExecutableResource && e.ProcessId() is not null;
}
