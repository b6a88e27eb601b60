using Gaia.Caching.Engine;
using Gaia.Caching.Log;

namespace Gaia.Caching.Consistency;

/// <summary>Selects the keys to audit next: those that have just changed, and those that nodes hold.</summary>
internal sealed class SubjectChooser(SourceReader source, RegionMap regions, RecentInvalidations recent, CachingOptions options, TimeProvider time)
{
    /// <summary>Older entries are ones that a starting node reads again. Where versions are timestamps, their fence may have expired elsewhere.</summary>
    private static readonly TimeSpan RecentLimit = TimeSpan.FromSeconds(30);

    private const double LoadsForChanges = 0.75;

    private readonly TokenBucket keys = new(time);
    private readonly TokenBucket loads = new(time);
    private long position;

    /// <param name="held">Keys that nodes hold.</param>
    /// <param name="nodes">How many nodes of this service share the work.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The subjects, and the error that kept the source from being read.</returns>
    public async Task<(IReadOnlyList<AuditSubject> Subjects, Exception? Error)> ChooseAsync(IEnumerable<string> held, int nodes, CancellationToken ct)
    {
        var changed = TakeChanged();
        var unchanged = held.Distinct().Where(key => !changed.ContainsKey(key) && Find(key) is not null).ToArray();
        var count = keys.Take((double)options.AuditPerSecond / nodes / options.AuditDelays.Count, changed.Count + unchanged.Length);
        string[] chosen =
        [
            .. Some([.. changed.Keys], Math.Max(count - unchanged.Length, (count + 1) / 2)),
            .. Some(unchanged, Math.Max(count - changed.Count, count / 2)),
        ];
        Exception? error = null;
        Dictionary<string, SourceState> states = [];
        try
        {
            states = await source.ReadAnnouncedAsync(chosen.Where(key => IsAffordable(key, changed.ContainsKey(key), nodes)).Select(key => (Find(key)!, key)), ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // The keys whose versions are in the log can be audited without it.
            error = failure;
        }

        var since = time.GetTimestamp();
        List<AuditSubject> subjects = [];
        foreach (var key in chosen)
        {
            var state = Merge(states.GetValueOrDefault(key), changed.GetValueOrDefault(key));
            if (!state.IsUnknown)
            {
                // Without changes, no Redis command is sent.
                subjects.Add(new(Find(key)!, key, state, since, changed.ContainsKey(key) && Random.Shared.NextDouble() < options.AuditRedisShare));
            }
        }

        return (subjects, error);
    }

    private static string[] Some(string[] all, int count)
    {
        Random.Shared.Shuffle(all);
        return all[..Math.Clamp(count, 0, all.Length)];
    }

    /// <summary>The announced version can be newer than the one that the database shows, or older.</summary>
    private static SourceState Merge(SourceState state, long? announced) => state with { Version = state.Version > announced || announced is null ? state.Version : announced };

    private AuditedRegion? Find(string key) => source.Find(regions.Of(key).Declared.Name);

    /// <summary>The keys that the log has invalidated since the last call, with the newest version.</summary>
    private Dictionary<string, long?> TakeChanged()
    {
        Dictionary<string, long?> changed = [];
        var oldest = time.GetUtcNow() - RecentLimit;
        foreach (var entry in recent.After(ref position))
        {
            if (entry.Invalidation.Key is { } key && entry.At > oldest && Find(key) is not null)
            {
                var version = changed.GetValueOrDefault(key);
                changed[key] = entry.Invalidation.Version > version || version is null ? entry.Invalidation.Version : version;
            }
        }

        return changed;
    }

    /// <summary>Whether the source is read. Loads are limited, and most of them are reserved for changed keys.</summary>
    private bool IsAffordable(string key, bool isChanged, int nodes) =>
        !Find(key)!.IsLoaded || loads.Take(options.AuditLoadsPerSecond / nodes, 1, isChanged ? 0 : LoadsForChanges) is 1;
}
