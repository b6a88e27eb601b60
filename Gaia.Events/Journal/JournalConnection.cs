using StackExchange.Redis;

namespace Gaia.Events.Journal;

/// <summary>A connection of its own for commands that block: whoever shared it would wait with them.</summary>
public sealed class JournalConnection : IAsyncDisposable
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private readonly ConnectionMultiplexer redis;
    private readonly TimeSpan block;

    private JournalConnection(ConnectionMultiplexer redis, TimeSpan block) => (this.redis, this.block) = (redis, block);

    internal IDatabase Database => redis.GetDatabase();

    private string BlockMilliseconds => $"{(long)block.TotalMilliseconds}";

    /// <summary>Connects.</summary>
    /// <param name="configuration">Where Redis is.</param>
    /// <param name="block">The longest that a command waits for an event.</param>
    public static async Task<JournalConnection> OpenAsync(ConfigurationOptions configuration, TimeSpan block)
    {
        var own = configuration.Clone();
        own.AbortOnConnectFail = true;
        own.BacklogPolicy = BacklogPolicy.FailFast;
        own.AsyncTimeout = (int)(block + Slack).TotalMilliseconds;
        own.KeepAlive = (int)(block + Slack).TotalSeconds;
        own.ClientName = "gaia-events";

        // RESP3 answers XREAD by a map in place of an array.
        own.Protocol = RedisProtocol.Resp2;
        return new(await ConnectionMultiplexer.ConnectAsync(own), block);
    }

    /// <summary>Waits for events after a position.</summary>
    /// <returns>None when there was none in time.</returns>
    public async Task<IReadOnlyList<JournalEntry>> ReadAsync(JournalKeys keys, long after, int count, CancellationToken ct)
    {
        var reply = await Database.ExecuteAsync(
            "XREAD", ["COUNT", $"{count}", "BLOCK", BlockMilliseconds, "STREAMS", (RedisKey)keys.Events, JournalEntry.IdOf(after)]).WaitAsync(ct);
        return [.. StreamReply.Parse(reply).SelectMany(stream => stream.Entries).Select(entry => entry.ToEvent())];
    }

    /// <summary>Waits for events and requests for replays that no consumer of the group has been given.</summary>
    internal async Task<IReadOnlyList<StreamReply>> ReadGroupAsync(JournalKeys keys, string group, string consumer, int count, CancellationToken ct) => StreamReply.Parse(
        await Database.ExecuteAsync(
            "XREADGROUP",
            ["GROUP", group, consumer, "COUNT", $"{count}", "BLOCK", BlockMilliseconds, "STREAMS", (RedisKey)keys.Events, (RedisKey)keys.Replays, ">", ">"]).WaitAsync(ct));

    /// <summary>Disconnects.</summary>
    public async ValueTask DisposeAsync()
    {
        // A command that waits for events would be waited for.
        await redis.CloseAsync(allowCommandsToComplete: false);
        await redis.DisposeAsync();
    }
}
