using System.ComponentModel.DataAnnotations;

namespace Gaia.Gateway.Faults;

/// <summary>Who breaks processes and links when asked, on a developer's machine; the AppHost sets both.</summary>
internal sealed class FaultOptions
{
    public const string Section = "Faults";

    /// <summary>where the AppHost is asked for faults; without it there are none</summary>
    [Url]
    public string? Url { get; set; }

    /// <summary>the key that the gateway presents to the AppHost</summary>
    public string? Key { get; set; }
}
