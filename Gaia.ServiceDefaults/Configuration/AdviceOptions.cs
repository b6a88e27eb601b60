using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>How a service that caches simulates other settings, for the advice on them.</summary>
public sealed class AdviceOptions
{
    public const string Section = "Advice";

    /// <summary><c>CACHE_ADVICE</c></summary>
    public bool Enabled { get; init; } = true;

    /// <summary>keys of a kind that are followed at most; all of them where there are fewer</summary>
    [Range(1, 1 << 20)]
    public int Samples { get; init; } = 4_096;

    /// <summary>reads that an advice is based on at least</summary>
    [Range(1, int.MaxValue)]
    public int MinimumReads { get; init; } = 10_000;

    /// <summary>after what time reads have half of their weight</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(1);
}
