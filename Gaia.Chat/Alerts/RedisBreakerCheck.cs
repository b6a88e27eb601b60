using Gaia.Caching.Administration;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Asks all nodes with a cache whether their circuit breakers have been open for too long.</summary>
internal sealed class RedisBreakerCheck(CacheCluster cluster, AlertRecorder recorder, IOptions<AlertOptions> options, TimeProvider clock) : IAlertCheck
{
    public AlertRule Rule => AlertRule.RedisBreaker;

    public TimeSpan Interval => options.Value.CacheInterval;

    public async Task CheckAsync(ChatDb db, CancellationToken ct)
    {
        var (nodes, missing) = await cluster.CountersAsync(ct);
        var lasting = nodes.Where(node => node.Answer.RedisUnusedSeconds > options.Value.BreakerOpenFor.TotalSeconds).ToList();
        if (lasting is not [])
        {
            var data = new RedisBreakerOpen([.. lasting.Select(node => new NodeWithoutRedis(node.Service, node.Instance, node.Answer.RedisUnusedSeconds!.Value))]);
            await recorder.TryFireAsync(db, Rule.Of(Resources.Redis, clock.GetUtcNow()), data, ct);
        }
        else if (missing is [] && nodes.All(node => node.Answer is { RedisUsed: true, RedisUnusedSeconds: null }))
        {
            await recorder.ResolveAsync(db, Rule, Resources.Redis, ct);
        }
    }
}
