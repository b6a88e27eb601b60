namespace Gaia.Caching.Advice;

/// <summary>What all nodes together would answer with other settings, and which change is worth making.</summary>
/// <param name="Seconds">The time that the figures stand for; older reads have less weight.</param>
/// <param name="Dropped">Sampled events that nodes lost for want of room.</param>
public sealed record TuningAdvice(double Seconds, long Dropped, MemoryAdvice Memory, IReadOnlyList<RegionAdvice> Regions);

/// <param name="Limit">Bytes that the values of a node may take.</param>
/// <param name="Used">Bytes that those of the fullest node take.</param>
/// <param name="Curve">By bytes.</param>
/// <param name="Why">Why there is this advice, or none.</param>
public sealed record MemoryAdvice(long Limit, long Used, IReadOnlyList<CurvePoint> Curve, Recommendation? Advice, string Why);

/// <param name="Setting">The setting of the region's lifetime; null where it has none.</param>
/// <param name="Ttl">Seconds that a value is fresh.</param>
/// <param name="Reads">How many reads this is based on.</param>
/// <param name="HitRatio">The share that memory answered.</param>
/// <param name="CommandsPerDay">Redis commands.</param>
/// <param name="TtlCurve">By seconds.</param>
/// <param name="MemoryCurve">By bytes that all regions share.</param>
/// <param name="Why">Why there is this advice, or none.</param>
public sealed record RegionAdvice(
    string Region,
    string? Setting,
    double Ttl,
    double Reads,
    double? HitRatio,
    double CommandsPerDay,
    IReadOnlyList<CurvePoint> TtlCurve,
    IReadOnlyList<CurvePoint> MemoryCurve,
    Recommendation? Advice,
    string Why);

/// <summary>A setting, and the share of reads that memory would answer with it.</summary>
/// <param name="Setting">Seconds, or bytes.</param>
/// <param name="Low">The lower end of the interval that holds the true ratio 19 times out of 20.</param>
/// <param name="High">Its upper end.</param>
public sealed record CurvePoint(double Setting, double HitRatio, double Low, double High);

/// <summary>A change of a setting.</summary>
/// <param name="Id">What it is tried by.</param>
/// <param name="Predicted">The hit ratio after it.</param>
/// <param name="CommandsPerDay">Redis commands that it saves; negative: that it costs.</param>
public sealed record Recommendation(string Id, string? Setting, double From, double To, double Predicted, double Low, double High, double CommandsPerDay);
