using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>The journal of events on Redis Streams.</summary>
public sealed class JournalOptions
{
    public const string Section = "Journal";

    /// <summary><c>JOURNAL</c></summary>
    public bool Enabled { get; init; }

    /// <summary><c>JOURNAL_MAXLEN</c></summary>
    [Range(1, 100_000_000)]
    public int MaxLength { get; init; } = 1_000_000;

    /// <summary><c>JOURNAL_ARCHIVE</c></summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan Archive { get; init; } = TimeSpan.FromDays(90);

    /// <summary><c>JOURNAL_TEXT</c></summary>
    public bool Text { get; init; }
}
