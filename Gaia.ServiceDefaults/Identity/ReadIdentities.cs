using System.Collections.Concurrent;

namespace Gaia;

/// <summary>The gateway's tokens whose signature was found good, with what they say. Checking one takes longer than many a request.</summary>
internal sealed class ReadIdentities
{
    /// <summary>Some megabytes. Callers who come seldom are not worth more.</summary>
    private const int Limit = 4_096;

    private readonly ConcurrentDictionary<string, ReadIdentity> known = new(StringComparer.Ordinal);
    private int count;

    public ReadIdentity? Find(string token) => known.GetValueOrDefault(token);

    public void Keep(string token, ReadIdentity identity)
    {
        // All go at once: most are out of date by then, and whoever still comes is read again.
        if (Interlocked.Increment(ref count) > Limit)
        {
            known.Clear();
            Volatile.Write(ref count, 1);
        }

        known[token] = identity;
    }
}

internal sealed record ReadIdentity(Principal Principal, DateTime NotBefore, DateTime Expires);
