namespace Gaia.Bench.Servers;

/// <summary>What the console's overview asks a gateway while it is open: the live figures, and the health every two seconds.</summary>
internal sealed class OpenConsole : IAsyncDisposable
{
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource closed = new();
    private readonly HttpClient client;
    private readonly TaskCompletionSource live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;

    private OpenConsole(Uri gateway, string key)
    {
        client = new() { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add("X-API-Key", key);
    }

    /// <summary>Returns once there are live figures.</summary>
    /// <param name="gateway">Its address.</param>
    /// <param name="key">An administrator's.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<OpenConsole> OpenAsync(Uri gateway, string key, CancellationToken ct)
    {
        var console = new OpenConsole(gateway, key);
        console.running = Task.WhenAll(console.WatchAsync(), console.AskForHealthAsync());
        await Task.WhenAny(console.live.Task, console.running).WaitAsync(ct);
        if (!console.live.Task.IsCompleted)
        {
            await console.running;
        }

        return console;
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Dispose();
        closed.Dispose();
    }

    private async Task WatchAsync()
    {
        using var events = new StreamReader(await client.GetStreamAsync("/api/v1/admin/live", closed.Token));
        while (await events.ReadLineAsync(closed.Token) is { } line)
        {
            if (line.StartsWith("event: tick", StringComparison.Ordinal))
            {
                live.TrySetResult();
            }
        }
    }

    private async Task AskForHealthAsync()
    {
        using var timer = new PeriodicTimer(HealthInterval);
        do
        {
            using var health = await client.GetAsync("/health", closed.Token);
        }
        while (await timer.WaitForNextTickAsync(closed.Token));
    }
}
