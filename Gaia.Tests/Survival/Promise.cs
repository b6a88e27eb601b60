using System.Collections.Concurrent;

namespace Gaia.Tests.Survival;

/// <summary>
/// What the cache promises of every read, whatever is broken: it does not fail, and it is not older than (1) what its own node has changed before,
/// (2) what its node has answered before, and (3) what had been announced for as long as the staleness bound when the read began.
/// None of it depends on how fast anything is.
/// </summary>
internal sealed class Promise
{
    private readonly ConcurrentDictionary<string, long> committed = new();
    private readonly ConcurrentDictionary<string, List<Announced>> announced = new();
    private readonly ConcurrentDictionary<(Node Node, int Life, string Key), long> seen = new();
    private readonly ConcurrentQueue<string> breaches = new();
    private long reads;
    private long changes;

    public long Reads => Volatile.Read(ref reads);

    public long Changes => Volatile.Read(ref changes);

    public IReadOnlyCollection<string> Breaches => breaches;

    /// <summary>What is known to be committed, by document.</summary>
    public KeyValuePair<string, long>[] Committed => committed.ToArray();

    public async Task ReadAsync(Node node, string region, string id)
    {
        var life = node.Life;
        var began = TimeProvider.System.GetTimestamp();
        var (atLeast, why) = Due(node, life, region, id, began);
        try
        {
            var answer = await node.ReadAsync(region, id);
            Interlocked.Increment(ref reads);
            if (answer.Version < atLeast || answer.IsStale)
            {
                breaches.Enqueue($"{region} {id}: version {answer.Version}{(answer.IsStale ? ", marked stale," : "")} instead of {atLeast}, {why}");
            }

            if (region is "doc")
            {
                // Only a row's own version orders answers; without one, a read that overlaps a change may be old or new until that is announced.
                Raise(seen, (node, life, $"{region} {id}"), answer.Version);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            if (node.Life == life)
            {
                breaches.Enqueue($"{region} {id}: {error.Message}");
            }
        }
    }

    public async Task ChangeAsync(Node node, string id)
    {
        var life = node.Life;
        try
        {
            var version = await node.ChangeAsync(id);
            Interlocked.Increment(ref changes);
            Raise(committed, id, version);
            Raise(seen, (node, life, $"doc {id}"), version);
            Raise(seen, (node, life, $"docs {id}"), version);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            if (node.Life == life)
            {
                breaches.Enqueue($"change of {id}: {error.Message}");
            }
        }
    }

    /// <summary>These versions had left the outbox by now: Redis and the log have them.</summary>
    public void Announce(IEnumerable<KeyValuePair<string, long>> versions)
    {
        var now = TimeProvider.System.GetTimestamp();
        foreach (var (id, version) in versions)
        {
            var known = announced.GetOrAdd(id, _ => []);
            lock (known)
            {
                if (known.Count is 0 || known[^1].Version < version)
                {
                    known.Add(new(version, now));
                }
            }
        }
    }

    private (long Version, string Why) Due(Node node, int life, string region, string id, long began)
    {
        var own = seen.GetValueOrDefault((node, life, $"{region} {id}"));
        var known = announced.GetOrAdd(id, _ => []);
        lock (known)
        {
            var old = known.LastOrDefault(news => TimeProvider.System.GetElapsedTime(news.At, began) >= NodeProgram.Bound).Version;
            return old > own ? (old, "announced longer ago than the bound") : (own, "which this node had changed or answered before");
        }
    }

    private static void Raise<TKey>(ConcurrentDictionary<TKey, long> versions, TKey key, long version)
        where TKey : notnull => versions.AddOrUpdate(key, version, (_, before) => Math.Max(before, version));

    private readonly record struct Announced(long Version, long At);
}
