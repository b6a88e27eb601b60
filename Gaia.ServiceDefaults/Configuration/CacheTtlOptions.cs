using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>How long the cache keeps what; their variables are in whole seconds.</summary>
public sealed class CacheTtlOptions
{
    public const string Section = "CacheTtl";

    private const string Shortest = "00:00:01";
    private const string Longest = "365.00:00:00";

    /// <summary><c>AUTH_CACHE_TTL</c>: a resolved access token, never past its expiry.</summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan Jwt { get; set; } = TimeSpan.FromSeconds(900);

    /// <summary><c>API_KEY_CACHE_TTL</c>: a resolved API key, never past its expiry.</summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan ApiKey { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary><c>PERSONA_CACHE_TTL</c></summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan Persona { get; set; } = TimeSpan.FromSeconds(3600);

    /// <summary><c>PERSONA_LIST_CACHE_TTL</c></summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan PersonaList { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary><c>USER_PREF_CACHE_TTL</c></summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan UserPreference { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary><c>SERVICE_HEALTH_CACHE_TTL</c></summary>
    [Range(typeof(TimeSpan), Shortest, Longest)]
    public TimeSpan ServiceHealth { get; set; } = TimeSpan.FromSeconds(60);
}
