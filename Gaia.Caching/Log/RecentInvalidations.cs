namespace Gaia.Caching.Log;

/// <summary>The last entries of the invalidation log that this node has applied; kept only where regions are audited.</summary>
internal sealed class RecentInvalidations(CachingOptions options)
{
    private const int Limit = 8_192;

    private readonly Lock gate = new();
    private readonly LogEntry[] ring = options.AuditsRegions ? new LogEntry[Limit] : [];
    private long count;

    public void Add(long sequence, DateTimeOffset at, Invalidation invalidation)
    {
        if (ring.Length is 0)
        {
            return;
        }

        lock (gate)
        {
            ring[count++ % Limit] = new(sequence, at, invalidation);
        }
    }

    /// <summary>The entries that came after a position, oldest first, as far as they are kept.</summary>
    /// <param name="position">Zero at first; afterwards it stands behind the last entry.</param>
    public IReadOnlyList<LogEntry> After(ref long position)
    {
        lock (gate)
        {
            List<LogEntry> entries = [];
            for (position = Math.Max(position, count - ring.Length); position < count; position++)
            {
                entries.Add(ring[position % Limit]);
            }

            return entries;
        }
    }

    /// <summary>The last entries that concern a key, newest first.</summary>
    public IReadOnlyList<LogEntry> Of(string key, int limit)
    {
        lock (gate)
        {
            List<LogEntry> entries = [];
            for (var i = count - 1; i >= Math.Max(0, count - ring.Length) && entries.Count < limit; i--)
            {
                if (ring[i % Limit] is var entry && entry.Invalidation.Concerns(key))
                {
                    entries.Add(entry);
                }
            }

            return entries;
        }
    }
}
