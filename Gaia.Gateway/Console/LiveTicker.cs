using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gaia.Caching.Administration;

namespace Gaia.Gateway.Console;

/// <summary>Polls all nodes once a second for all watchers together. It costs no Redis command, and nothing while nobody watches.</summary>
internal sealed partial class LiveTicker(CacheCluster cluster, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LiveTicker> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<Channel<LiveTick>> watchers = [];
    private bool isRunning;

    /// <summary>Whether the nodes are being asked.</summary>
    public bool IsRunning
    {
        get
        {
            lock (gate)
            {
                return isRunning;
            }
        }
    }

    /// <summary>One event a second until the watcher leaves or the host stops; a watcher that is slow misses some.</summary>
    public async IAsyncEnumerable<SseItem<object>> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new(new LiveHeartbeat(time.GetUtcNow(), (int)Interval.TotalMilliseconds), "heartbeat");
        var ticks = Channel.CreateBounded<LiveTick>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(ticks);
        try
        {
            await foreach (var tick in ticks.Reader.ReadAllAsync(ct))
            {
                yield return new(tick, "tick");
            }
        }
        finally
        {
            lock (gate)
            {
                watchers.Remove(ticks);
            }
        }
    }

    private void Join(Channel<LiveTick> ticks)
    {
        lock (gate)
        {
            watchers.Add(ticks);
            if (!isRunning)
            {
                isRunning = true;
                _ = Task.Run(() => RunAsync(lifetime.ApplicationStopping));
            }
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await TickAsync(ct);
            return;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error)
        {
            LogStopped(error);
        }

        lock (gate)
        {
            isRunning = false;
            foreach (var watcher in watchers)
            {
                watcher.Writer.TryComplete();
            }

            watchers.Clear();
        }
    }

    /// <returns>When nobody watches any more.</returns>
    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        Dictionary<string, CacheCounters> before = [];
        long? last = null;
        do
        {
            var answers = await cluster.CountersAsync(ct);
            var now = time.GetTimestamp();
            var tick = LiveTick.Between(before, answers, time.GetUtcNow(), last is { } start ? Math.Round(time.GetElapsedTime(start, now).TotalSeconds, 3) : 0);
            last = now;
            foreach (var node in answers.Nodes)
            {
                before[node.Instance] = node.Answer;
            }

            if (!Send(tick))
            {
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <returns>Whether anybody watches. When not, the next watcher starts anew.</returns>
    private bool Send(LiveTick tick)
    {
        lock (gate)
        {
            foreach (var watcher in watchers)
            {
                watcher.Writer.TryWrite(tick);
            }

            return isRunning = watchers.Count > 0;
        }
    }

    [LoggerMessage(LogLevel.Error, "The live figures have stopped")]
    private partial void LogStopped(Exception reason);
}
