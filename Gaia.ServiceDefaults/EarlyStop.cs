using Microsoft.AspNetCore.Builder;

namespace Gaia;

internal static class EarlyStop
{
    /// <summary>Makes Ctrl-C and SIGTERM during the start an ordinary end; the host would make a crash of it, with an unhandled TaskCanceledException.</summary>
    public static void EndQuietlyWhenStoppedBeforeStarted(this WebApplication app) => app.Lifetime.ApplicationStopping.Register(() =>
    {
        if (!app.Lifetime.ApplicationStarted.IsCancellationRequested)
        {
            Environment.Exit(Environment.ExitCode);
        }
    });
}
