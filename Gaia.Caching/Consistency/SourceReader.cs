using Gaia.Caching.Outbox;

namespace Gaia.Caching.Consistency;

/// <summary>Reads the sources of the audited regions, without changes that have not been announced to all nodes yet.</summary>
internal sealed class SourceReader(IServiceProvider services, CachingOptions options, IEnumerable<CacheOutboxDispatcher> outboxes)
{
    /// <summary>A database that takes longer counts as unavailable, and its checks are skipped.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, AuditedRegion> regions = options.Audited.ToDictionary(region => region.Key, region => region.Value(services));
    private readonly CacheOutboxDispatcher[] outboxes = [.. outboxes];

    public IReadOnlyCollection<string> Regions => regions.Keys;

    public AuditedRegion? Find(string region) => regions.GetValueOrDefault(region);

    /// <summary>Reads the current state of the keys whose last change has been announced. The others are left out.</summary>
    public async Task<Dictionary<string, SourceState>> ReadAnnouncedAsync(IEnumerable<(AuditedRegion Region, string Key)> keys, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        Dictionary<string, SourceState> states = [];
        foreach (var region in keys.GroupBy(key => key.Region, key => key.Key))
        {
            foreach (var (key, state) in await region.Key.ReadAsync([.. region.Distinct()], deadline.Token))
            {
                states[key] = state;
            }
        }

        // A change has its row in the outbox until it is announced. Looking there last misses none of what was read before.
        foreach (var outbox in states.Count is 0 ? [] : outboxes)
        {
            foreach (var waiting in await outbox.FindWaitingAsync(states.Keys, deadline.Token))
            {
                states.Remove(waiting);
            }
        }

        return states;
    }
}
