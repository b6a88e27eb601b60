namespace Gaia.AppHost;

/// <summary>What an operator does to the cache from the dashboard.</summary>
internal static class CacheCommands
{
    /// <summary>Adds a command that flushes keys everywhere.</summary>
    public static IResourceBuilder<RedisResource> WithCacheCommands(this IResourceBuilder<RedisResource> redis) => redis
        .WithCommand("flush", "Flush a pattern", FlushAsync, new()
        {
            Description = "Removes the keys that match a pattern from Redis and from the memory of every node.",
            IconName = "Broom",
            Arguments = [new() { Name = "pattern", Label = "Pattern", InputType = InputType.Text, Required = true, Placeholder = "persona:*" }],
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
}
