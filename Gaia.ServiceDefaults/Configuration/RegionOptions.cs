using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gaia;

/// <summary>Where this process runs, and where changes are made (docs/regions.md).</summary>
public sealed class RegionOptions
{
    public const string Section = "Region";

    /// <summary>Fly.io's name for the region.</summary>
    private const string FlyVariable = "FLY_REGION";

    private const string Bounded = "bounded:";

    /// <summary><c>GAIA_REGION</c>: the region of this process; on Fly.io <c>FLY_REGION</c> unless set</summary>
    public string? Name { get; set; }

    /// <summary><c>HOME_REGION</c>: the region that has Postgres and all services, and which the others follow; unset: there is only one</summary>
    public string? Home { get; set; }

    /// <summary><c>REGION_STALENESS</c>: how old an answer of another region may be, at worst</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Staleness { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><c>REGION_AUTH</c>: for how long another region goes on admitting callers that it knows, with the scope chat at most, while it cannot reach home</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan AuthBound { get; set; }

    /// <summary>The region that this one follows; null at home.</summary>
    public string? Followed => Home == Name ? null : Home;

    /// <summary>Whether a text can name a region: it becomes part of other names.</summary>
    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 32 && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-');

    /// <returns>A <see cref="TimeSpan"/>; null for what is neither closed nor bounded.</returns>
    internal static string? ReadAuth(string text) =>
        text == "closed" ? "00:00:00"
        : text.StartsWith(Bounded, StringComparison.Ordinal) && text.EndsWith('s')
            && int.TryParse(text.AsSpan(Bounded.Length, text.Length - Bounded.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 600
            ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture)
        : null;

    public static RegionOptions Of(IConfiguration configuration)
    {
        var region = configuration.GetSection(Section).Get<RegionOptions>() ?? new();
        region.Complete(configuration);
        return region;
    }

    internal void Complete(IConfiguration configuration) => Name ??= configuration[FlyVariable];
}
