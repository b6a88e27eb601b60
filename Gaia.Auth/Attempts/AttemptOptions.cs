using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Attempts;

/// <summary>How often one account's password may be guessed. Every wait ends by itself.</summary>
internal sealed class AttemptOptions
{
    public const string Section = "Attempts";

    /// <summary>Guesses from one address in a row.</summary>
    [Range(1, 1_000)]
    public int Burst { get; set; } = 10;

    /// <summary>How long one guess from one address takes to come back.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Guesses in a row from all addresses that have not signed in to the account before.</summary>
    [Range(1, 100_000)]
    public int AccountBurst { get; set; } = 60;

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AccountInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an address counts as the account's own after a sign-in.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Remembered { get; set; } = TimeSpan.FromDays(90);
}
