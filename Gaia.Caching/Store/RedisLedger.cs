using System.Collections.Concurrent;
using Gaia.Caching.Engine;

namespace Gaia.Caching.Store;

/// <summary>Counts the commands that this process sends to Redis by who sends them, those included that scripts run: as Redis counts them, and hosts bill them.</summary>
public sealed class RedisLedger
{
    private readonly ConcurrentDictionary<string, StripedCounter> counters = new();

    /// <summary>What each sender has sent since the process started.</summary>
    public IReadOnlyDictionary<string, long> Totals => counters.ToDictionary(counter => counter.Key, counter => counter.Value.Value);

    /// <param name="sender">A region, or what else uses Redis.</param>
    /// <param name="commands">How many.</param>
    public void Count(string sender, int commands = 1) => counters.GetOrAdd(sender, static _ => new()).Add(commands);
}
