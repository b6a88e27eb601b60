using System.ComponentModel.DataAnnotations;

namespace Gaia;

public sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>In characters: HMAC-SHA256 wants 32 bytes of key.</summary>
    public const int ShortestKey = 32;

    /// <summary>Signs what the gateway says about a caller; the same in every service, and known to nobody else.</summary>
    [Required(ErrorMessage = "IDENTITY_KEY is missing: expected at least 32 characters.")]
    [MinLength(ShortestKey)]
    public string Key { get; set; } = "";

    /// <summary>How long a service believes a minted identity. Short: it is not revocable.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(60);
}
