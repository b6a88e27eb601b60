using Microsoft.AspNetCore.Builder;

namespace Gaia;

/// <summary>What a service that has a database can be told to do by its first argument.</summary>
public static class ServiceCommands
{
    /// <summary>
    /// Serves until the process is told to end. With the argument <c>migrate</c>, brings the database up to date and ends: a deployment runs that first, so that a
    /// migration that fails replaces nothing. With <c>promote</c>, makes a copy of the database in another region the one that is written to.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(this WebApplication app, string[] args)
    {
        switch (args)
        {
            case [MigrateCommand.Argument]:
                return await MigrateCommand.RunAsync(app);
            case [PromoteCommand.Argument, .. var options]:
                return await PromoteCommand.RunAsync(app, options);
            default:
                await app.RunAsync();
                return 0;
        }
    }
}
