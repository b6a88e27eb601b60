namespace Gaia.Caching.Administration;

/// <summary>What a node counted in some minutes, as the history keeps it.</summary>
/// <param name="Id">Makes it known when it is sent a second time.</param>
/// <param name="At">When those minutes ended.</param>
/// <param name="Instance">Tells the processes of the service apart.</param>
internal sealed record StatisticsRecord(Guid Id, DateTimeOffset At, string Service, string Instance, IReadOnlyList<RegionCounters> Regions);
