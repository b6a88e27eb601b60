using System.ComponentModel.DataAnnotations;

namespace Gaia.Gateway.Limits;

internal sealed class RateLimitOptions : IValidatableObject
{
    public const string Section = "RateLimits";

    /// <summary>
    /// By name. <c>RATE_LIMIT_ANONYMOUS</c> and <c>RATE_LIMIT_AUTHENTICATED</c> set the limits of the first two. Sign-in limits are for a whole office behind
    /// one address; guessing one account's password is stopped by Auth, per account.
    /// </summary>
    public Dictionary<string, RateLimitQuota> Policies { get; } = new()
    {
        [PolicyNames.Anonymous] = new() { Limit = 1_200 },
        [PolicyNames.Authenticated] = new() { Limit = UserRateLimit.Default },
        [PolicyNames.Login] = new() { Limit = 300 },
        [PolicyNames.Register] = new() { Limit = 300 },
        [PolicyNames.Refresh] = new() { Limit = 600 },
        [PolicyNames.Validate] = new() { Limit = 600 },
        [PolicyNames.ApiKeyLogin] = new() { Limit = 300 },
        [PolicyNames.Chat] = new() { Limit = 1_200 },
        [PolicyNames.Upload] = new() { Limit = 600 },
        [PolicyNames.Unknown] = new() { Limit = 600 },
        [PolicyNames.Malformed] = new() { Limit = 600 },
    };

    /// <summary>The fewest gateways that share the limits. More are counted as they announce themselves; while they cannot, this many are assumed.</summary>
    [Range(1, 1_000)]
    public int Nodes { get; set; } = 1;

    /// <summary>The most requests that a node lets pass before it tells Redis of them.</summary>
    [Range(0, 10_000)]
    public int LargestLease { get; set; } = 256;

    /// <summary>The share of what is left that all nodes together may lease: one part in this many. It is what bounds over-admission (docs: rate limits).</summary>
    [Range(1, 1_000)]
    public int LeaseShare { get; set; } = 16;

    /// <summary>How long a lease lasts; what was passed on it is told to Redis afterwards.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan LeaseLife { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request waits for Redis before this node decides alone.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:10")]
    public TimeSpan RedisDeadline { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many callers a node remembers at once; the others are asked about in Redis again.</summary>
    [Range(1_000, 10_000_000)]
    public int LargestTable { get; set; } = 200_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from policy in Policies
        where policy.Value.Limit is < 1 or > 100_000_000 || policy.Value.Window < TimeSpan.FromSeconds(1) || policy.Value.Window > TimeSpan.FromDays(1)
        select new ValidationResult(
            $"{Section}:{nameof(Policies)}:{policy.Key} is {policy.Value.Limit} in {policy.Value.Window:c}: expected 1 to 100000000 in 1 second to 1 day.");
}

/// <summary>So many requests per window.</summary>
internal sealed class RateLimitQuota
{
    public int Limit { get; set; } = 600;

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
