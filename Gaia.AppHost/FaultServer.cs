using System.Security.Cryptography;
using System.Text;
using Gaia.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>Offers <see cref="Faults"/> to the gateway, for the console. On loopback, for whoever has the key.</summary>
internal sealed class FaultServer(Faults faults) : IAsyncDisposable
{
    /// <summary>The gateway may be what is broken: it has answered and recorded the request by then.</summary>
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(250);

    private WebApplication? app;

    /// <summary>Where it listens, once the graph starts.</summary>
    public string Url => app!.Urls.Single();

    /// <summary>What whoever asks must present.</summary>
    public string Key { get; } = RandomNumberGenerator.GetHexString(64);

    public async ValueTask DisposeAsync() => await (app?.DisposeAsync() ?? default);

    public async Task StartAsync(CancellationToken ct)
    {
        faults.Start();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.Use((context, next) =>
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers[FaultProtocol.KeyHeader].ToString()), Encoding.UTF8.GetBytes(Key)))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        app.MapGet("/", () => TypedResults.Json(faults.Targets, EventJson.Options));
        app.MapPost($"/processes/{{id}}/{FaultProtocol.Freeze}", (string id, int seconds) => BreakProcess(id, () => faults.FreezeAsync(id, Length(seconds))));
        app.MapPost($"/processes/{{id}}/{FaultProtocol.Kill}", (string id) => BreakProcess(id, () => faults.KillAsync(id)));
        foreach (var kind in (string[])[FaultProtocol.Cut, FaultProtocol.Slow])
        {
            app.MapPost($"/links/{{id}}/{kind}", Results<Accepted, NotFound> (string id, int seconds) => faults.Targets.Links.Any(link => link.Id == id)
                ? Start(() => faults.BreakLinkAsync(id, kind, Length(seconds)))
                : TypedResults.NotFound());
        }

        await app.StartAsync(ct);
    }

    private Results<Accepted, NotFound> BreakProcess(string id, Func<Task> fault) => faults.IsRunning(id) ? Start(fault) : TypedResults.NotFound();

    private static Accepted Start(Func<Task> fault)
    {
        _ = RunAsync();
        return TypedResults.Accepted((string?)null);

        async Task RunAsync()
        {
            await Task.Delay(AfterAnswer);
            await fault();
        }
    }

    private static TimeSpan Length(int seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 1, FaultProtocol.LongestFault));
}
