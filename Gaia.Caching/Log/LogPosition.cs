using Gaia.Caching.Engine;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Log;

/// <summary>How far this node has come in the log, and how far the log went when somebody last looked. A node that has come that far may answer from memory.</summary>
internal sealed class LogPosition(StalenessGuard guard)
{
    private const long Unknown = -1;

    private DateTimeOffset created;
    private long applied = Unknown;
    private End end = End.NotSeen;

    /// <summary>The last entry that was applied; null on a node that knows nothing yet.</summary>
    public long? Applied => Volatile.Read(ref applied) is var known and not Unknown ? known : null;

    /// <summary>How many entries this node had still to apply when it last looked.</summary>
    public long Lag => end == End.NotSeen ? 0 : Math.Max(0, end.Sequence - Volatile.Read(ref applied));

    /// <summary>An entry has been applied.</summary>
    public void Apply(long sequence)
    {
        Volatile.Write(ref applied, sequence);
        if (end is var seen && sequence >= seen.Sequence)
        {
            guard.Confirm(seen.AskedAt);
        }
    }

    /// <summary>The log ended there when it was asked.</summary>
    /// <returns>Whether everything up to there has been applied.</returns>
    public bool Saw(long sequence, long askedAt)
    {
        end = new(sequence, askedAt);
        if (Volatile.Read(ref applied) < sequence)
        {
            return false;
        }

        guard.Confirm(askedAt);
        return true;
    }

    /// <summary>Whether entries before this one, that comes next, were not delivered: the server no longer has them.</summary>
    public bool IsBehind(long sequence) => Applied is { } known && sequence > known + 1;

    /// <summary>Whether the stream was made anew, or trimmed beyond what was applied: then invalidations are lost.</summary>
    public bool HasGap(StreamInfo stream) => Applied is { } known && (stream.Created != created || (long)stream.State.FirstSeq > known + 1);

    /// <summary>The same, to be asked while nothing is applied: also a stream that ends before what was applied is not the one it was.</summary>
    public bool IsLostIn(StreamInfo stream) => HasGap(stream) || Applied > (long)stream.State.LastSeq;

    /// <summary>Finds where to go on in the stream, while nothing is applied and, if entries are lost, after memory has been emptied.</summary>
    /// <param name="stream">The stream as it stands.</param>
    /// <param name="since">How far back an entry can still matter to a node that knows nothing yet.</param>
    public void Enter(StreamInfo stream, DateTimeOffset since)
    {
        var (first, last) = ((long)stream.State.FirstSeq, (long)stream.State.LastSeq);
        if (IsLostIn(stream))
        {
            Volatile.Write(ref applied, stream.Created == created && Applied <= last ? first - 1 : 0);
            end = End.NotSeen;
            guard.Reset();
        }
        else if (Applied is null && (stream.State.Messages is 0 || !DateTimeOffset.TryParse(stream.State.LastTs, out var newest) || newest < since))
        {
            Volatile.Write(ref applied, last);
        }

        created = stream.Created;
    }

    /// <summary>The end of the log as it was when somebody asked.</summary>
    private sealed record End(long Sequence, long AskedAt)
    {
        public static readonly End NotSeen = new(long.MaxValue, long.MinValue);
    }
}
