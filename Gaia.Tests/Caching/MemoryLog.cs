using System.Threading.Channels;
using Gaia.Caching.Log;

namespace Gaia.Tests.Caching;

/// <summary>
/// A log in memory that is as asynchronous as a real one: each node has its own queue and its own pace. A node that comes later reads everything from the
/// beginning.
/// </summary>
internal sealed class MemoryLog : IInvalidationLog
{
    private readonly List<Entry> history = [];
    private readonly List<Channel<Entry>> followers = [];

    /// <summary>What the row's version was when the invalidation was made, for whoever publishes next in this flow.</summary>
    public static AsyncLocal<long> Row { get; } = new();

    public ValueTask<bool> PublishAsync(Invalidation invalidation, CancellationToken ct = default)
    {
        lock (history)
        {
            var entry = new Entry(invalidation, Row.Value);
            history.Add(entry);
            followers.ForEach(follower => follower.Writer.TryWrite(entry));
        }

        return ValueTask.FromResult(true);
    }

    public void Complete()
    {
        lock (history)
        {
            followers.ForEach(follower => follower.Writer.TryComplete());
        }
    }

    public ChannelReader<Entry> Follow()
    {
        var mine = Channel.CreateUnbounded<Entry>();
        lock (history)
        {
            history.ForEach(entry => mine.Writer.TryWrite(entry));
            followers.Add(mine);
        }

        return mine.Reader;
    }

    /// <param name="Invalidation">The invalidation.</param>
    /// <param name="Row">The version of the row that it stands for.</param>
    public readonly record struct Entry(Invalidation Invalidation, long Row);
}
