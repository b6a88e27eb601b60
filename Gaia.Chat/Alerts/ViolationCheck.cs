using Gaia.Caching.Administration;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Asks all nodes whether their audit has found an old value in a cache. It is invalidated by then, so that nothing is left to be resolved.</summary>
internal sealed class ViolationCheck(CacheCluster cluster, AlertRecorder recorder, IOptions<AlertOptions> options, TimeProvider clock) : IAlertCheck
{
    /// <summary>What is older has been alerted of, or happened while no node was there to do so.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    public AlertRule Rule => AlertRule.Violation;

    public TimeSpan Interval => options.Value.CacheInterval;

    public async Task CheckAsync(ChatDb db, CancellationToken ct)
    {
        var (nodes, _) = await cluster.ConsistencyAsync(ct);
        var since = clock.GetUtcNow() - Oldest;
        foreach (var violation in nodes.SelectMany(node => node.Answer.Violations).Where(violation => violation.At > since).OrderBy(violation => violation.At))
        {
            var data = new ConsistencyViolated(violation.Region, violation.Key, violation.Service, violation.Instance, violation.At, violation.OldFor);
            await recorder.TryFireAsync(db, Rule.Of(violation.Region, violation.At), data, ct);
        }
    }
}
