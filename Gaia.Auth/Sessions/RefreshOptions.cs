using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Sessions;

internal sealed class RefreshOptions
{
    public const string Section = "Sessions";

    /// <summary>How long a session lives on without being refreshed.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan RefreshLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long after its use a refresh token still answers with its successor: for tabs that refresh together and answers that got lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(10);
}
