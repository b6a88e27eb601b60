namespace Gaia.Gateway.Faults;

/// <summary>Who breaks processes when asked, on a developer's machine; the AppHost says so.</summary>
internal sealed class FaultOptions
{
    public const string Section = "Faults";

    /// <summary>where faults are asked for; without it there are none</summary>
    public Uri? Url { get; set; }

    /// <summary>what is shown there</summary>
    public string? Key { get; set; }
}
