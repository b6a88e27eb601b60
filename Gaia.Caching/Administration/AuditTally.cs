using System.Collections.Concurrent;

namespace Gaia.Caching.Administration;

/// <summary>Counts what the audit finds, and keeps the evidence of the last violations.</summary>
internal sealed class AuditTally(CachingOptions options, TimeProvider time)
{
    private const int EvidenceLimit = 100;

    private readonly DateTimeOffset since = time.GetUtcNow();
    private readonly ConcurrentDictionary<(string Region, int After), ConsistencyCount> counts = new();
    private readonly ConcurrentQueue<ConsistencyViolation> evidence = new();

    /// <summary>By region and seconds.</summary>
    public IEnumerable<ConsistencyCount> Counts => counts.Values;

    public void Add(string region, int after, int checks, int late = 0)
    {
        if (checks > 0)
        {
            Add(new ConsistencyCount(region, after, checks, late, 0));
        }
    }

    public void Add(ConsistencyViolation violation)
    {
        Add(new ConsistencyCount(violation.Region, violation.After, 1, 0, 1));
        evidence.Enqueue(violation);
        while (evidence.Count > EvidenceLimit)
        {
            evidence.TryDequeue(out _);
        }
    }

    /// <returns>Null where nothing is audited.</returns>
    public ConsistencyReport? Report() => !options.AuditsRegions ? null : new(
        since,
        options.AuditPerSecond,
        [.. Counts.OrderBy(count => count.Region, StringComparer.Ordinal).ThenBy(count => count.After)],
        [.. evidence.Reverse()]);

    private void Add(ConsistencyCount more) =>
        counts.AddOrUpdate((more.Region, more.After), static (_, added) => added, static (_, before, added) => Sum(before, added), more);

    private static ConsistencyCount Sum(ConsistencyCount before, ConsistencyCount added) => before with
    {
        Checks = before.Checks + added.Checks,
        Late = before.Late + added.Late,
        Violations = before.Violations + added.Violations,
    };
}
