using System.Globalization;

namespace Gaia.Caching.Advice;

/// <summary>
/// Adds up what the nodes have simulated, weighted by their reads, and recommends the smallest setting that comes within half a point of the best, where that
/// changes anything.
/// </summary>
internal sealed class TuningAdvisor(CachingOptions options)
{
    /// <summary>What advice on memory is named; advice on a lifetime is named like its region.</summary>
    public const string MemoryId = "memory";

    /// <summary>Half a point: what a change has to bring, and what one may cost that spares memory. Predictions are no better than that either.</summary>
    private const double Point = 0.005;

    /// <summary>So far the simulation of today's setting may be from what was measured with it.</summary>
    private const double LargestMisfit = 0.05;

    private const double SecondsPerDay = 86_400;

    public TuningAdvice Advise(IReadOnlyList<CacheModelReport> nodes)
    {
        var limit = nodes.Select(node => node.MemoryLimit).DefaultIfEmpty(options.MemoryLimit).Max();
        var seconds = nodes.Select(node => node.Seconds).DefaultIfEmpty().Max();
        var regions = nodes.SelectMany(node => node.Regions).GroupBy(region => region.Region).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Sum([.. group])).ToList();
        return new(
            seconds,
            nodes.Sum(node => node.Dropped),
            OfMemory(new(limit, regions.Sum(region => region.Reads), regions.Sum(region => region.Hits), Sum(regions.Select(region => region.ByMemory))), regions, nodes, seconds),
            [.. regions.Select(region => OfRegion(region, limit, seconds))]);
    }

    private RegionAdvice OfRegion(RegionModelReport region, double limit, double seconds)
    {
        var model = new SimulatedCurve(region.Ttl, region.Reads, region.Hits, region.ByTtl);
        var (advice, why) = RecommendTtl(region, model, seconds);
        return new(
            region.Region,
            region.Setting,
            region.Ttl,
            Math.Round(region.Reads),
            region.Reads > 0 ? region.Hits / region.Reads : null,
            PerDay(region.Commands, seconds),
            model.Points,
            new SimulatedCurve(limit, region.Reads, region.Hits, region.ByMemory).Points,
            advice,
            why);
    }

    private (Recommendation? Advice, string Why) RecommendTtl(RegionModelReport region, SimulatedCurve model, double seconds)
    {
        if (Obstacle(model) is { } obstacle)
        {
            return (null, obstacle);
        }

        var (today, best) = (model.At(region.Ttl), model.SmallestWithin(Point));
        if (best.Setting <= today.Setting || best.HitRatio - today.HitRatio <= Point)
        {
            return (null, "values expire seldom before they change or are no longer read: a longer lifetime brings less than half a point");
        }

        return (
            new(region.Region, region.Setting, today.Setting, best.Setting, best.HitRatio, best.Low, best.High, CommandsPerDay(model, best, [region], seconds)),
            Text($"values expire before they change: with {best.Setting:0} s, memory answers {best.HitRatio:P1} instead of {today.HitRatio:P1}; changes are still seen at once"));
    }

    private MemoryAdvice OfMemory(SimulatedCurve model, IReadOnlyList<RegionModelReport> regions, IReadOnlyList<CacheModelReport> nodes, double seconds)
    {
        var used = nodes.Select(node => node.Memory).DefaultIfEmpty().Max();
        var (advice, why) = RecommendMemory(model, regions, used, seconds);
        return new((long)model.Today, used, model.Points, advice, why);
    }

    private (Recommendation? Advice, string Why) RecommendMemory(SimulatedCurve model, IReadOnlyList<RegionModelReport> regions, long used, double seconds)
    {
        if (Obstacle(model) is { } obstacle)
        {
            return (null, obstacle);
        }

        var (today, best) = (model.At(model.Today), model.SmallestWithin(Point));
        if (best.Setting > today.Setting ? best.HitRatio - today.HitRatio <= Point : best.Setting == today.Setting || used <= best.Setting)
        {
            return (null, "the limit fits: a larger one brings less than half a point, and a smaller one spares nothing that is used");
        }

        return (
            new(MemoryId, options.MemorySetting, today.Setting, best.Setting, best.HitRatio, best.Low, best.High, CommandsPerDay(model, best, regions, seconds)),
            best.Setting > today.Setting
                ? Text($"values are evicted before they are read again: with {MiB(best)} MiB, memory answers {best.HitRatio:P1} instead of {today.HitRatio:P1}")
                : Text($"with {MiB(best)} MiB, memory answers {best.HitRatio:P1}, which is within half a point of today's {today.HitRatio:P1}"));

        static double MiB(CurvePoint point) => Math.Round(point.Setting / (1 << 20), 1);
    }

    /// <returns>Why nothing can be recommended; null when it can.</returns>
    private string? Obstacle(SimulatedCurve model)
    {
        if (model.Reads < options.AdviceMinimumReads)
        {
            return Text($"no advice: {model.Reads:#,0} reads, {options.AdviceMinimumReads:#,0} needed");
        }

        return Math.Abs(model.SimulatedToday - model.MeasuredToday) > LargestMisfit
            ? Text($"the model does not fit: it gives {model.SimulatedToday:P1} for today's setting, and {model.MeasuredToday:P1} was measured")
            : null;
    }

    /// <summary>Commands that a setting saves, with as many for a miss as there were.</summary>
    private static double CommandsPerDay(SimulatedCurve model, CurvePoint setting, IReadOnlyList<RegionModelReport> regions, double seconds)
    {
        var perMiss = regions.Sum(region => region.Commands) / Math.Max(1, model.Reads - model.Hits);
        return PerDay((setting.HitRatio - model.At(model.Today).HitRatio) * model.Reads * perMiss, seconds);
    }

    private static double PerDay(double count, double seconds) => seconds > 0 ? Math.Round(count / seconds * SecondsPerDay) : 0;

    private static RegionModelReport Sum(IReadOnlyList<RegionModelReport> nodes) => nodes[0] with
    {
        Setting = nodes.Select(node => node.Setting).FirstOrDefault(setting => setting is not null),
        Reads = nodes.Sum(node => node.Reads),
        Hits = nodes.Sum(node => node.Hits),
        Commands = nodes.Sum(node => node.Commands),
        SampledKeys = nodes.Sum(node => node.SampledKeys),
        ByTtl = Sum(nodes.Select(node => node.ByTtl)),
        ByMemory = Sum(nodes.Select(node => node.ByMemory)),
    };

    /// <summary>Settings that not all have are left out: they would be no sum.</summary>
    private static List<SimulatedPoint> Sum(IEnumerable<IReadOnlyList<SimulatedPoint>> curves)
    {
        var all = curves.ToList();
        return [.. all.SelectMany(points => points).GroupBy(point => point.Setting).Where(group => group.Count() == all.Count).OrderBy(group => group.Key)
            .Select(group => new SimulatedPoint(group.Key, group.Sum(point => point.Misses), group.Sum(point => point.Variance)))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
