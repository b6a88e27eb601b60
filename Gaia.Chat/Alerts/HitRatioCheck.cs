using Gaia.Caching.Administration;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Compares how many of a region's reads memory answered in the last hour with how many it did in the day before, on all nodes together.</summary>
internal sealed class HitRatioCheck(CacheHistory history, AlertRecorder recorder, IOptions<AlertOptions> options, TimeProvider clock) : IAlertCheck
{
    private const int WindowsBefore = 24;
    private const int Decimals = 4;

    public AlertRule Rule => AlertRule.HitRatio;

    public TimeSpan Interval => options.Value.HistoryInterval;

    public async Task CheckAsync(ChatDb db, CancellationToken ct)
    {
        var window = options.Value.HitRatioWindow;
        var end = new DateTimeOffset(clock.GetUtcNow().UtcTicks / window.Ticks * window.Ticks, TimeSpan.Zero);
        var steps = await history.ReadAsync(window * (WindowsBefore + 2), window, ct);
        var before = Sum(steps.Where(step => step.At < end && step.At >= end - (window * WindowsBefore)));
        foreach (var (region, now) in Sum(steps.Where(step => step.At == end)))
        {
            if (before.TryGetValue(region, out var then) && Reads(now) >= options.Value.HitRatioReads && Reads(then) >= options.Value.HitRatioReads)
            {
                await CompareAsync(db, now, then, end, ct);
            }
        }
    }

    private async Task CompareAsync(ChatDb db, RegionCounters now, RegionCounters then, DateTimeOffset end, CancellationToken ct)
    {
        if (Ratio(then) - Ratio(now) >= options.Value.HitRatioDrop)
        {
            var data = new HitRatioFell(now.Region, Ratio(now), Ratio(then), Reads(now), end - options.Value.HitRatioWindow, end);
            await recorder.TryFireAsync(db, Rule.Of(now.Region, end), data, ct);
        }
        else
        {
            await recorder.ResolveAsync(db, Rule, now.Region, ct);
        }
    }

    private static Dictionary<string, RegionCounters> Sum(IEnumerable<CacheHistoryStep> steps) =>
        steps.SelectMany(step => step.Regions).GroupBy(region => region.Region).ToDictionary(region => region.Key, region => region.Aggregate((sum, one) => sum.Plus(one)));

    private static long Reads(RegionCounters region) => region.Hits + region.Misses;

    private static double Ratio(RegionCounters region) => Math.Round((double)region.Hits / Reads(region), Decimals);
}
