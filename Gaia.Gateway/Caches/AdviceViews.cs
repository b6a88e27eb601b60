using Gaia.Caching.Administration;
using Gaia.Caching.Advice;

namespace Gaia.Gateway.Caches;

/// <summary>What other cache settings would bring.</summary>
/// <param name="Seconds">The time that the figures stand for; older reads have less weight.</param>
/// <param name="Dropped">Sampled events that were lost because there were too many at once.</param>
/// <param name="Trials">Lifetimes that were tried lately or are, the newest first.</param>
/// <param name="Missing">Nodes that did not answer.</param>
internal sealed record AdviceView(
    double Seconds,
    long Dropped,
    MemoryAdviceView Memory,
    IReadOnlyList<RegionAdviceView> Regions,
    IReadOnlyList<Trial> Trials,
    IReadOnlyList<MissingNodeView> Missing)
{
    public static AdviceView Of(ClusterAdvice answer, decimal price) => new(
        Math.Round(answer.Advice.Seconds),
        answer.Advice.Dropped,
        MemoryAdviceView.Of(answer.Advice.Memory, price),
        [.. answer.Advice.Regions.Select(region => RegionAdviceView.Of(region, price))],
        answer.Trials,
        [.. answer.Missing.Select(MissingNodeView.Of)]);

    /// <summary>Each point as its setting and its hit ratio.</summary>
    public static double[][] Curve(IReadOnlyList<CurvePoint> curve) => [.. curve.Select(point => new[] { point.Setting, point.HitRatio })];
}

/// <param name="Limit">Bytes that the values of a node may take.</param>
/// <param name="Used">Bytes that those of the fullest node take.</param>
/// <param name="Curve">Bytes, and the hit ratio of all regions with them.</param>
/// <param name="Why">Why there is this advice, or none.</param>
internal sealed record MemoryAdviceView(long Limit, long Used, double[][] Curve, IReadOnlyList<RecommendationView> Advice, string Why)
{
    public static MemoryAdviceView Of(MemoryAdvice memory, decimal price) =>
        new(memory.Limit, memory.Used, AdviceView.Curve(memory.Curve), RecommendationView.Of(memory.Advice, memory.Why, price), memory.Why);
}

/// <param name="TtlCurve">Seconds, and the hit ratio with them.</param>
/// <param name="MemoryCurve">Bytes for all regions, and the hit ratio with them.</param>
/// <param name="Why">Why there is this advice, or none.</param>
internal sealed record RegionAdviceView(
    string Region,
    RegionNow Now,
    double[][] TtlCurve,
    double[][] MemoryCurve,
    IReadOnlyList<RecommendationView> Advice,
    string Why)
{
    public static RegionAdviceView Of(RegionAdvice region, decimal price) => new(
        region.Region,
        new(region.Setting, region.Ttl, region.HitRatio is { } ratio ? Math.Round(ratio, 4) : null, region.Reads, region.CommandsPerDay),
        AdviceView.Curve(region.TtlCurve),
        AdviceView.Curve(region.MemoryCurve),
        RecommendationView.Of(region.Advice, region.Why, price),
        region.Why);
}

/// <param name="Setting">The variable that the lifetime comes from; null where it has none.</param>
/// <param name="TtlS">Seconds that a value is fresh.</param>
/// <param name="HitRatio">The share of reads that memory answers.</param>
/// <param name="Reads">How many reads the figures are based on.</param>
/// <param name="CommandsPerDay">Redis commands.</param>
internal sealed record RegionNow(string? Setting, double TtlS, double? HitRatio, double Reads, double CommandsPerDay);

/// <summary>A change that saves something.</summary>
/// <param name="Id">What it is tried by.</param>
/// <param name="Predicted">The hit ratio after it, which lies between <paramref name="Low"/> and <paramref name="High"/> 19 times out of 20.</param>
/// <param name="CommandsPerDay">Redis commands that it saves; negative: that it costs.</param>
/// <param name="UsdPerMonth">US dollars that it saves in 30 days.</param>
internal sealed record RecommendationView(
    string Id,
    string? Setting,
    double From,
    double To,
    double Predicted,
    double Low,
    double High,
    double CommandsPerDay,
    decimal UsdPerMonth,
    string Why)
{
    private const int DaysOfMonth = 30;

    public static IReadOnlyList<RecommendationView> Of(Recommendation? advice, string why, decimal price) => advice is null ? [] :
    [
        new(
            advice.Id,
            advice.Setting,
            advice.From,
            advice.To,
            advice.Predicted,
            advice.Low,
            advice.High,
            advice.CommandsPerDay,
            Math.Round((decimal)advice.CommandsPerDay * DaysOfMonth * price / 100_000, 4),
            why),
    ];
}
