using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Tokens;

internal sealed class TokenOptions
{
    public const string Section = "Tokens";

    /// <summary>Who signs, and where clients find <c>/.well-known</c>: the gateway's public address. <c>PUBLIC_URL</c> sets it.</summary>
    [Required, Url]
    public string Issuer { get; set; } = "http://localhost:8666";

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);
}
