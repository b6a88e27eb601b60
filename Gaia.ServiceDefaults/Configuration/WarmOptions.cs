using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>What a service that caches reads before it is ready, so that its first requests do not miss.</summary>
public sealed class WarmOptions
{
    public const string Section = "Warm";

    /// <summary>how many of its hottest keys a node remembers for the next one that starts</summary>
    [Range(1, 10_000)]
    public int Keys { get; init; } = 200;

    /// <summary>for how long a start is held up at most</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan Limit { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>how many values a start loads from the database, or from Chat, when Redis does not have them</summary>
    [Range(0, 10_000)]
    public int Loads { get; init; } = 100;
}
