namespace Gaia.Auth.ApiKeys;

/// <summary>What the gateway allows every user, by <c>RATE_LIMIT_AUTHENTICATED</c>.</summary>
internal sealed class UserRateLimitOptions
{
    public int Limit { get; init; } = UserRateLimit.Default;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    public int PerMinute => Math.Max(1, (int)(Limit * (TimeSpan.FromMinutes(1) / Window)));
}
