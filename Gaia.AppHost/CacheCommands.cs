using Gaia.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>What an operator does to the cache from the dashboard.</summary>
internal static class CacheCommands
{
    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(10);

    /// <summary>Adds commands that flush keys everywhere, and freeze Redis to see Gaia go on without it.</summary>
    public static IResourceBuilder<RedisResource> WithCacheCommands(this IResourceBuilder<RedisResource> redis) => redis
        .WithCommand("flush", "Flush a pattern", FlushAsync, new()
        {
            Description = "Removes the keys that match a pattern from Redis and from the memory of every node.",
            IconName = "Broom",
            Arguments = [new() { Name = "pattern", Label = "Pattern", InputType = InputType.Text, Required = true, Placeholder = "persona:*" }],
        })
        .WithCommand("freeze", "Freeze for 10 s", FreezeAsync, new()
        {
            Description = "Stops the process (SIGSTOP) and lets it go on after 10 seconds.",
            IconName = "Snowflake",
            ConfirmationMessage = "Redis answers nobody for 10 seconds. Gaia goes on without it.",
        });

    /// <summary>Adds a command that loads personas and their lists into the cache.</summary>
    public static IResourceBuilder<ProjectResource> WithPersonaCommands(this IResourceBuilder<ProjectResource> chat) => chat
        .WithCommand("warm-personas", "Warm personas", context => GaiaApi.PostAsync(context, "/api/v1/admin/cache/warm", new { }), new()
        {
            Description = "Loads personas and their lists into the cache.",
            IconName = "Fire",
        });

    private static Task<ExecuteCommandResult> FlushAsync(ExecuteCommandContext context) =>
        GaiaApi.PostAsync(context, "/api/v1/admin/cache/flush", new { pattern = context.Arguments["pattern"].Value });

    private static async Task<ExecuteCommandResult> FreezeAsync(ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        if (!notifications.TryGetCurrentState(context.ResourceName, out var e) || e.ProcessId() is not { } process)
        {
            return CommandResults.Failure("Redis does not run as a program of this machine.");
        }

        await ProcessFaults.FreezeAsync(process, Freeze, context.CancellationToken);
        return CommandResults.Success();
    }
}
