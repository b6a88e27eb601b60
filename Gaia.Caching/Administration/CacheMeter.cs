using System.Diagnostics.Metrics;
using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Microsoft.Extensions.Hosting;

namespace Gaia.Caching.Administration;

/// <summary>
/// The meter <c>Gaia.Caching</c>. Its counters are read when somebody collects, from counters that are kept anyway, so a hit pays for none of it.
/// </summary>
internal sealed class CacheMeter : IHostedService, IDisposable
{
    public const string Name = "Gaia.Caching";

    private readonly Meter meter;
    private readonly CacheNode node;
    private readonly Invalidator invalidator;
    private readonly LogPosition position;
    private readonly AuditTally audit;

    public CacheMeter(IMeterFactory factory, CacheNode node, Invalidator invalidator, LogPosition position, AuditTally audit)
    {
        meter = factory.Create(Name);
        (this.node, this.invalidator, this.position, this.audit) = (node, invalidator, position, audit);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Count("cache.hits", "Reads answered from memory.", statistics => statistics.Hits);
        Count("cache.store_hits", "Reads answered from Redis.", statistics => statistics.StoreHits);
        Count("cache.misses", "Reads not answered from memory.", statistics => statistics.Misses);
        Count("cache.stale_serves", "Reads answered by a value past its time.", statistics => statistics.Stale);
        Count("cache.fills", "Loads from the source.", statistics => statistics.Fills);
        Count("cache.load_failures", "Loads from the source that failed.", statistics => statistics.Failures);
        Count("cache.refused_fills", "Loads that an invalidation had overtaken.", statistics => statistics.Refused);
        Count("cache.invalidations", "Invalidations applied.", statistics => statistics.Invalidations);
        Count("cache.evictions", "Values evicted for want of memory.", statistics => statistics.Evictions);
        Count("cache.redis.commands", "Commands sent to Redis.", statistics => statistics.Commands);
        var latency = meter.CreateHistogram<double>("cache.redis.duration", "s", "How long Redis took to answer.");
        node.Store.Asked += (region, took) => latency.Record(took.TotalSeconds, new KeyValuePair<string, object?>("region", region));
        meter.CreateObservableGauge("cache.memory", () => node.Keys.Size, "By", "Estimated size of values and key states in memory.");
        meter.CreateObservableGauge("cache.slots", () => node.Keys.Count, description: "Keys that this node knows.");
        meter.CreateObservableGauge("cache.log.lag", () => position.Lag, description: "Entries of the invalidation log still to be applied.");
        meter.CreateObservableGauge("cache.log.trusted", () => node.StalenessGuard.IsTrustedNow ? 1 : 0, description: "Whether memory may answer without asking Redis.");
        meter.CreateObservableGauge("cache.redis.used", () => node.Store.IsUsable ? 1 : 0, description: "Whether the breaker is closed.");
        meter.CreateObservableGauge("cache.unsent", () => invalidator.Unsent, description: "Invalidations that Redis or the log has yet to take.");
        CountAudit("gaia.audit.checks", "Nodes compared with the source of a value.", count => count.Checks);
        CountAudit("gaia.audit.violations", "Nodes older than the source beyond the staleness bound.", count => count.Violations);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private void Count(string name, string description, Func<RegionStatistics, StripedCounter> counter) => meter.CreateObservableCounter(
        name,
        () => node.Regions.All.Select(region =>
            new Measurement<long>(counter(region.Statistics).Value, new KeyValuePair<string, object?>("region", region.Declared.Name))),
        description: description);

    private void CountAudit(string name, string description, Func<ConsistencyCount, long> counter) => meter.CreateObservableCounter(
        name,
        () => audit.Counts.Select(count =>
            new Measurement<long>(counter(count), new KeyValuePair<string, object?>("region", count.Region), new KeyValuePair<string, object?>("after", count.After))),
        description: description);
}
