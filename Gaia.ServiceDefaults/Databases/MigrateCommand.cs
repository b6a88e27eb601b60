using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

public static class MigrateCommand
{
    private const string Argument = "migrate";

    // Below the five minutes that Fly leaves a release command.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Serves until the process is told to end; or, with the argument <c>migrate</c>, brings the database up to date and ends: a deployment runs that first,
    /// so that a migration that fails replaces nothing.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(this WebApplication app, string[] args)
    {
        if (args is [Argument])
        {
            return await MigrateAsync(app);
        }

        await app.RunAsync();
        return 0;
    }

    private static async Task<int> MigrateAsync(WebApplication app)
    {
        await using var services = app;
        using var deadline = new CancellationTokenSource(Longest);
        foreach (var update in app.Services.GetServices<DatabaseUpdate>())
        {
            try
            {
                await update.Run(deadline.Token);
            }
            catch (Exception failure)
            {
                var reason = deadline.IsCancellationRequested ? $"no database within {Longest.TotalMinutes} minutes" : failure.GetBaseException().Message;
                await Console.Error.WriteLineAsync($"{update.Name} cannot be brought up to date: {reason.ReplaceLineEndings(" ")}");
                return 1;
            }
        }

        return 0;
    }
}
