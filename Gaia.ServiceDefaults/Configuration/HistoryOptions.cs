using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>What caches did, kept for a month in NATS.</summary>
public sealed class HistoryOptions
{
    public const string Section = "History";

    /// <summary>how often a node adds what it has counted</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);
}
