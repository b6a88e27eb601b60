namespace Gaia.Caching.Advice;

/// <summary>What a node saw of its reads, and what it would have seen with other settings. Counts fall by half in each half-life.</summary>
/// <param name="MemoryLimit">Bytes that values may take.</param>
/// <param name="Memory">Bytes that they take now.</param>
/// <param name="Seconds">The time in which the counts came about.</param>
/// <param name="Dropped">Sampled events that were lost for want of room.</param>
internal sealed record CacheModelReport(
    long MemoryLimit,
    long Memory,
    double Seconds,
    long Dropped,
    IReadOnlyList<RegionModelReport> Regions);

/// <param name="Setting">The setting that the lifetime comes from.</param>
/// <param name="Ttl">Seconds that a value is fresh.</param>
/// <param name="Commands">Redis commands.</param>
/// <param name="SampledKeys">How many keys the simulations follow.</param>
/// <param name="Rate">The share of keys that are sampled.</param>
/// <param name="ByTtl">By the seconds that values live, the shortest first.</param>
/// <param name="ByMemory">By the bytes that all regions share, the fewest first.</param>
internal sealed record RegionModelReport(
    string Region,
    string? Setting,
    double Ttl,
    double Reads,
    double Hits,
    double Commands,
    int SampledKeys,
    double Rate,
    IReadOnlyList<SimulatedPoint> ByTtl,
    IReadOnlyList<SimulatedPoint> ByMemory);

/// <param name="Misses">Reads that memory would not have answered.</param>
/// <param name="Variance">Of that estimate.</param>
internal sealed record SimulatedPoint(double Setting, double Misses, double Variance);
