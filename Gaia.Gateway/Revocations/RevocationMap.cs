using System.Collections.Concurrent;

namespace Gaia.Gateway.Revocations;

/// <summary>The revocations that something still valid could be concerned by, by holder: the highest position of each counts.</summary>
internal sealed class RevocationMap
{
    private readonly ConcurrentDictionary<Guid, Mark> marks = new();
    private readonly Lock gate = new();
    private long position;
    private long seen;
    private long keysWithdrawnAt;
    private int epoch;

    /// <summary>Raised after revocations have been applied, on the thread that applied them.</summary>
    public event Action? Applied;

    /// <summary>All revocations up to this one have been applied.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Changes with every revocation applied: what was found to hold at an epoch holds as long as that lasts.</summary>
    public int Epoch => Volatile.Read(ref epoch);

    /// <summary>The last withdrawal of a signing key: own tokens from before it have to be verified again.</summary>
    public long KeysWithdrawnAt => Volatile.Read(ref keysWithdrawnAt);

    /// <summary>One arrived whose predecessors did not.</summary>
    public bool HasGap => Volatile.Read(ref seen) > Position;

    public int Count => marks.Count;

    /// <summary>Whether everything derived from the holder at a position has ended since.</summary>
    public bool IsOver(Guid holder, long asOf) => marks.TryGetValue(holder, out var mark) && asOf < mark.Position;

    public bool IsRevoked(Guid holder) => marks.ContainsKey(holder);

    /// <summary>Applies one that was published. May come more than once.</summary>
    public void Apply(Revocation revocation)
    {
        lock (gate)
        {
            Take(revocation);
            seen = Math.Max(seen, revocation.Position);
            if (revocation.Position == position + 1)
            {
                Volatile.Write(ref position, revocation.Position);
            }
        }

        Applied?.Invoke();
    }

    /// <summary>Applies Auth's answer: all live ones after the position asked for.</summary>
    public void Apply(RevocationPage page)
    {
        lock (gate)
        {
            foreach (var revocation in page.Revocations)
            {
                Take(revocation);
            }

            Reach(page.Position);
        }

        if (page.Revocations.Count > 0)
        {
            Applied?.Invoke();
        }
    }

    /// <summary>The log begins here: what came before it has been forgotten by everyone.</summary>
    public void Begin(long first)
    {
        lock (gate)
        {
            Reach(first);
        }
    }

    /// <summary>Drops what nothing valid can be concerned by any longer.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var mark in marks)
        {
            if (mark.Value.ForgetAt < now)
            {
                marks.TryRemove(mark);
            }
        }
    }

    private void Reach(long reached)
    {
        seen = Math.Max(seen, reached);
        Volatile.Write(ref position, Math.Max(position, reached));
    }

    private void Take(Revocation revocation)
    {
        marks.AddOrUpdate(
            revocation.Holder,
            static (_, news) => new Mark(news.Position, news.ForgetAt),
            static (_, known, news) => new Mark(Math.Max(known.Position, news.Position), known.ForgetAt > news.ForgetAt ? known.ForgetAt : news.ForgetAt),
            revocation);
        if (revocation.Reason == RevocationReason.SigningKeyWithdrawn)
        {
            Volatile.Write(ref keysWithdrawnAt, Math.Max(keysWithdrawnAt, revocation.Position));
        }

        Interlocked.Increment(ref epoch);
    }

    private readonly record struct Mark(long Position, DateTimeOffset ForgetAt);
}
