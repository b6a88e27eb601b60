using Microsoft.AspNetCore.Builder;

namespace Gaia;

internal static class EarlyStop
{
    /// <summary>Makes an ordinary end of Ctrl-C and SIGTERM during the start, where the host would crash with a TaskCanceledException.</summary>
    public static void EndQuietlyWhenStoppedBeforeStarted(this WebApplication app) => app.Lifetime.ApplicationStopping.Register(() =>
    {
        if (!app.Lifetime.ApplicationStarted.IsCancellationRequested)
        {
            Environment.Exit(Environment.ExitCode);
        }
    });
}
