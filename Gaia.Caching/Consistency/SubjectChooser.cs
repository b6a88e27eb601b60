using Gaia.Caching.Engine;
using Gaia.Caching.Log;

namespace Gaia.Caching.Consistency;

/// <summary>Chooses what is audited next: keys that have just been changed, and keys that nodes hold.</summary>
internal sealed class SubjectChooser(SourceReader source, RegionMap regions, RecentInvalidations recent, CachingOptions options, TimeProvider time)
{
    /// <summary>An entry that a node which has just started reads again is no news. Where versions are timestamps, its fence may be gone elsewhere.</summary>
    private static readonly TimeSpan News = TimeSpan.FromSeconds(30);

    private const double LoadsForChanges = 0.75;

    private readonly Allowance keys = new(time);
    private readonly Allowance loads = new(time);
    private long position;

    /// <param name="held">Keys that nodes hold.</param>
    /// <param name="nodes">How many nodes of this service share the work.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The subjects, and what kept the source from being asked.</returns>
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
            // What the log says can be audited all the same.
            error = failure;
        }

        var since = time.GetTimestamp();
        List<AuditSubject> subjects = [];
        foreach (var key in chosen)
        {
            var state = Merge(states.GetValueOrDefault(key), changed.GetValueOrDefault(key));
            if (!state.IsUnknown)
            {
                // An idle Gaia asks Redis for nothing.
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

    /// <summary>A row may have got a version that the database does not show any more, or not yet.</summary>
    private static SourceState Merge(SourceState state, long? announced) => state with { Version = state.Version > announced || announced is null ? state.Version : announced };

    private AuditedRegion? Find(string key) => source.Find(regions.Of(key).Declared.Name);

    /// <summary>The keys that the log has invalidated since the last call, with the newest version.</summary>
    private Dictionary<string, long?> TakeChanged()
    {
        Dictionary<string, long?> changed = [];
        var oldest = time.GetUtcNow() - News;
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

    /// <summary>Whether the source is asked. Loads are few, and most of them are for what has changed.</summary>
    private bool IsAffordable(string key, bool isChanged, int nodes) =>
        !Find(key)!.IsLoaded || loads.Take(options.AuditLoadsPerSecond / nodes, 1, isChanged ? 0 : LoadsForChanges) is 1;
}
