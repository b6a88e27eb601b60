using Gaia.Caching.Store;
using Gaia.Messaging;
using StackExchange.Redis;

namespace Gaia.Caching.Writing;

/// <summary>Finds out which primary of a cluster has which keys: at the start, when something has changed, and while a primary is unavailable.</summary>
internal sealed class ClusterWatch(IConnectionMultiplexer redis, RedisPrimaries primaries, Clock clock)
{
    /// <summary>A failover takes seconds, and slots move by the thousand.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The client waits for servers that do not answer, too.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private ClusterLayout? last;
    private int doubted;
    private long lookedAt;
    private Task running = Task.CompletedTask;

    public bool IsInDoubt => Volatile.Read(ref doubted) is 1;

    private IEnumerable<IServer> Servers => redis.GetServers().Where(server => server.ServerType is ServerType.Cluster);

    /// <summary>What is known may no longer be so.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Doubt() => Interlocked.Exchange(ref doubted, 1) is 0;

    /// <summary>Takes what the client has learned when it connected.</summary>
    public void Start() => Adopt();

    /// <summary>Asks the cluster, if there is one and a reason to, without anybody waiting for it.</summary>
    public void Look()
    {
        if ((IsInDoubt || primaries.UsedCount < primaries.Count) && running.IsCompleted && clock.Now - lookedAt >= Pause.TotalMilliseconds)
        {
            (lookedAt, running) = (clock.Now, LookAsync());
        }
    }

    private async Task LookAsync()
    {
        Volatile.Write(ref doubted, 0);
        if (!Servers.Any())
        {
            return;
        }

        try
        {
            // The client itself learns by redirections, which a primary that does not answer cannot send.
            await redis.ConfigureAsync().WaitAsync(Deadline);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            Doubt();
        }

        Adopt();
    }

    private void Adopt()
    {
        // One that was cut off, or frozen, does not know yet what the others have decided.
        var newest = Servers.Where(server => server.IsConnected).Select(server => ClusterLayout.Of(server.ClusterConfiguration)).OfType<ClusterLayout>().MaxBy(view => view.Epoch);
        if (newest is null || newest.IsSameAs(last) || newest.Epoch < last?.Epoch)
        {
            return;
        }

        if (primaries.Arrange(newest))
        {
            last = newest;
            primaries.RequestProbe();
        }
        else
        {
            Doubt();
        }
    }
}
