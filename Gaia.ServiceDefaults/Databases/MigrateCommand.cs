using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>Brings the databases of a service up to date, and ends.</summary>
internal static class MigrateCommand
{
    public const string Argument = "migrate";

    // Below the five minutes that Fly leaves a release command.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
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
