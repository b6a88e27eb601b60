using Gaia.Messaging.Streams;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Caching.Administration;

/// <summary>What the caches of all nodes did in the last 30 days, in a JetStream stream, so that it outlives them.</summary>
public sealed class CacheHistory
{
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromSeconds(10);
    private static readonly NatsJsonSerializer<StatisticsRecord> Json = new(NodeJson.Options);

    private readonly NatsJSContext jetStream;
    private readonly TimeProvider time;
    private readonly StreamConfig stream;
    private readonly string subject;

    internal CacheHistory(INatsConnection nats, CachingOptions options, TimeProvider time)
    {
        jetStream = new(nats);
        this.time = time;
        subject = MetricsStream.Subject("cache", options.KeyPrefix);
        stream = MetricsStream.Config(options.LogReplicas);
    }

    /// <summary>What all nodes together did, step by step, as many steps as fit. A step in which nothing was counted is left out.</summary>
    /// <param name="back">How far back, up to 30 days.</param>
    /// <param name="step">How long a step is; a multiple of the interval at which nodes record shows all of them alike.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public async Task<IReadOnlyList<CacheHistoryStep>> ReadAsync(TimeSpan back, TimeSpan step, CancellationToken ct)
    {
        var first = ((time.GetUtcNow() - back).UtcTicks / step.Ticks) + 1;
        SortedDictionary<long, SortedDictionary<string, RegionCounters>> steps = [];
        await foreach (var record in jetStream.ReadSinceAsync(MetricsStream.Name, subject, new(first * step.Ticks, TimeSpan.Zero), Json, ReadDeadline, ct))
        {
            // Whoever was late has counted in an earlier step.
            var number = (record.At.UtcTicks - 1) / step.Ticks;
            if (number < first)
            {
                continue;
            }

            var regions = steps.TryGetValue(number, out var known) ? known : steps[number] = new(StringComparer.Ordinal);
            foreach (var region in record.Regions)
            {
                regions[region.Region] = regions.TryGetValue(region.Region, out var sum) ? sum.Plus(region) : region;
            }
        }

        return [.. steps.Select(counted => new CacheHistoryStep(new((counted.Key + 1) * step.Ticks, TimeSpan.Zero), [.. counted.Value.Values]))];
    }

    /// <returns>False when NATS is unavailable.</returns>
    internal Task<bool> TryAddAsync(StatisticsRecord record, CancellationToken ct) =>
        jetStream.TryStoreAsync(stream, subject, $"{record.Id}", record, Json, WriteDeadline, ct);
}

/// <param name="At">When the step ended.</param>
public sealed record CacheHistoryStep(DateTimeOffset At, IReadOnlyList<RegionCounters> Regions);
