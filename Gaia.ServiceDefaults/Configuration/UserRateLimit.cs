namespace Gaia;

/// <summary>How often a user may ask: the gateway enforces it, and Auth gives no API key more.</summary>
public static class UserRateLimit
{
    public const string Section = "RateLimits:Policies:authenticated";

    /// <summary>Requests per minute.</summary>
    public const int Default = 12_000;
}
