using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>How far this node has come in a stream, and how far the stream went when somebody last looked.</summary>
public class StreamPosition
{
    private const long Unknown = -1;

    private long createdAt;
    private long applied = Unknown;
    private volatile StreamEnd? end;

    /// <summary>The last message that was applied; null on a node that knows nothing yet.</summary>
    public long? Applied => Volatile.Read(ref applied) is var known and not Unknown ? known : null;

    /// <summary>Of which stream it has applied how much: when the stream was made, and the last message; null on a node that knows nothing yet.</summary>
    public (DateTimeOffset MadeAt, long Sequence)? Reading
    {
        get
        {
            // The other way round than they are written: never the time of a new stream with a place in the old one.
            var made = Volatile.Read(ref createdAt);
            return Applied is { } sequence && made > 0 ? (new(made, TimeSpan.Zero), sequence) : null;
        }
    }

    /// <summary>How many messages this node had still to apply when it last looked.</summary>
    public long Lag => end is { } seen ? Math.Max(0, seen.Sequence - Volatile.Read(ref applied)) : 0;

    private StreamEnd? Reached => end is { } seen && Volatile.Read(ref applied) >= seen.Sequence ? seen : null;

    /// <summary>A message has been applied.</summary>
    /// <returns>The end of the stream when somebody last looked, if everything up to there has been applied.</returns>
    internal StreamEnd? Apply(long sequence)
    {
        Volatile.Write(ref applied, sequence);
        return Reached;
    }

    /// <summary>The stream ended there when it was asked.</summary>
    /// <returns>The same, if everything up to there has been applied.</returns>
    internal StreamEnd? See(StreamEnd seen)
    {
        end = seen;
        return Reached;
    }

    /// <summary>Whether messages before this one, that comes next, were not delivered: the server no longer has them.</summary>
    internal bool IsBehind(long sequence) => Applied is { } known && sequence > known + 1;

    /// <summary>Whether the stream was made anew, or trimmed beyond what was applied: then messages are lost.</summary>
    internal bool HasGap(StreamInfo stream) =>
        Applied is { } known && (stream.Created.UtcTicks != Volatile.Read(ref createdAt) || (long)stream.State.FirstSeq > known + 1);

    /// <summary>The same, to be asked while nothing is applied: also a stream that ends before what was applied is not the one it was.</summary>
    internal bool IsLostIn(StreamInfo stream) => HasGap(stream) || Applied > (long)stream.State.LastSeq;

    /// <summary>Finds where to go on in the stream, while nothing is applied and, if messages are lost, after that has been dealt with.</summary>
    /// <param name="stream">The stream as it stands.</param>
    /// <param name="since">How far back a message can still matter to a node that knows nothing yet; null: all matter.</param>
    internal void Enter(StreamInfo stream, DateTimeOffset? since)
    {
        if (IsLostIn(stream) || (Applied is null && since is null))
        {
            Volatile.Write(ref applied, Math.Max(0, (long)stream.State.FirstSeq - 1));
            end = null;
        }
        else if (Applied is null && (stream.State.Messages is 0 || !DateTimeOffset.TryParse(stream.State.LastTs, out var newest) || newest < since))
        {
            Volatile.Write(ref applied, (long)stream.State.LastSeq);
        }

        Volatile.Write(ref createdAt, stream.Created.UtcTicks);
    }
}

/// <summary>A stream as it was when somebody asked.</summary>
internal sealed record StreamEnd(StreamInfo Stream, long AskedAt)
{
    public long Sequence => (long)Stream.State.LastSeq;
}
