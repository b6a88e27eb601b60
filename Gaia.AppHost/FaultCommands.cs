using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>What an operator breaks from the dashboard.</summary>
internal static class FaultCommands
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>Adds commands that freeze a server, and that cut and slow the link to it where there is one.</summary>
    public static IResourceBuilder<TServer> WithFaultCommands<TServer>(this IResourceBuilder<TServer> server, bool hasLink)
        where TServer : IResource
    {
        var name = server.Resource.Name;
        server.WithCommand("freeze", "Freeze for 10 s", FreezeAsync, new()
        {
            Description = "Stops the process (SIGSTOP) or pauses the container, and lets it go on after 10 seconds.",
            IconName = "Snowflake",
            ConfirmationMessage = $"{name} answers nobody for 10 seconds. Gaia goes on without it.",
        });
        return !hasLink ? server : server
            .WithCommand("cut", "Cut for 10 s", context => BreakLinkAsync(context, name, FaultProtocol.Cut), new()
            {
                Description = "Ends the connections of all services, and refuses new ones for 10 seconds.",
                IconName = "PlugDisconnected",
                ConfirmationMessage = $"No service reaches {name} for 10 seconds. Gaia goes on without it.",
            })
            .WithCommand("slow", "Slow for 10 s", context => BreakLinkAsync(context, name, FaultProtocol.Slow), new()
            {
                Description = $"Delays every answer to a service by {Faults.SlowBy.TotalMilliseconds} ms for 10 seconds.",
                IconName = "Clock",
            });
    }

    private static async Task<ExecuteCommandResult> FreezeAsync(ExecuteCommandContext context)
    {
        var faults = context.Services.GetRequiredService<Faults>();
        if (!faults.IsRunning(context.ResourceName))
        {
            return CommandResults.Failure($"{context.ResourceName} does not run.");
        }

        await faults.FreezeAsync(context.ResourceName, Length);
        return CommandResults.Success();
    }

    private static async Task<ExecuteCommandResult> BreakLinkAsync(ExecuteCommandContext context, string server, string kind) =>
        await context.Services.GetRequiredService<Faults>().BreakLinkAsync(server, kind, Length)
            ? CommandResults.Success()
            : CommandResults.Failure($"The link to {server} is broken already, or no service uses it.");
}
