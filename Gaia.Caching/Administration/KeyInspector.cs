using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;

namespace Gaia.Caching.Administration;

/// <summary>Reads what this node would answer for keys from memory, without effect on statistics, hit counts, fences or the eviction order.</summary>
internal sealed class KeyInspector(CacheNode node, LogPosition position, CachingOptions options)
{
    /// <summary>How many keys are passed over for one that is chosen: most of what a node holds may be of other regions.</summary>
    private const int StepsPerKey = 50;

    /// <summary>A larger value is not digested: that would cost more than it tells.</summary>
    public const int LargestDigested = 1 << 20;

    private readonly Lock gate = new();
    private IEnumerator<CacheKeyState>? walk;

    public NodeKeys Answer(NodeQuestion question) => new(
        position.Applied,
        node.StalenessGuard.IsTrustedNow,
        [.. question.Keys.Select(key => Look(key, digests: false)), .. question.DigestKeys.Select(key => Look(key, digests: true))],
        Choose(question.Regions, question.Amount));

    /// <summary>Null when this node does not read the key's region.</summary>
    private HeldKey? Look(string key, bool digests)
    {
        if (!options.StoreReaders.ContainsKey(node.Regions.Of(key).Declared.Name))
        {
            return null;
        }

        if (node.Keys.Find(key) is not { } keyState)
        {
            return new();
        }

        var now = node.Clock.Now;
        var earliest = node.StalenessGuard.EarliestTrustedRead(now);
        var (entry, fence, load) = keyState.View();
        var held = new HeldKey { Fence = fence };
        if (entry is not null && entry.IsFresh(now) && entry.Lifetime.ReadAt >= earliest)
        {
            held = held with
            {
                Version = entry.Version,
                IsEmpty = entry.IsEmpty,
                Age = now - entry.Lifetime.ReadAt,
                Digest = digests && entry.Cost <= LargestDigested && !keyState.Region.Sensitive ? ValueDigest.Of(entry.Write(options.Json)) : null,
            };
        }

        // A caller would join this load, and get its result if the fencing rules allow.
        return load is { } running && running.Began >= Math.Max(earliest, now - (long)Region.FillLimit.TotalMilliseconds) && node.Rules.MayAnswer(running.Fence, fence)
            ? held with { LoadFence = running.Fence, LoadAge = now - running.Began }
            : held;
    }

    /// <summary>The next keys with a value in some regions. From call to call it goes through all keys, so that none is passed over.</summary>
    private List<string> Choose(IReadOnlyList<string> regions, int count)
    {
        List<string> chosen = [];
        if (regions.Count is 0 || count <= 0)
        {
            return chosen;
        }

        lock (gate)
        {
            for (var steps = Math.Min(count * StepsPerKey, node.Keys.Count); steps > 0 && chosen.Count < count; steps--)
            {
                walk ??= node.Keys.All.GetEnumerator();
                if (!walk.MoveNext())
                {
                    walk.Dispose();
                    walk = null;
                }
                else if (walk.Current is { Entry: not null } keyState && regions.Contains(keyState.Region.Name))
                {
                    chosen.Add(keyState.Key);
                }
            }
        }

        return chosen;
    }
}
