using System.ComponentModel.DataAnnotations;

namespace Gaia;

/// <summary>What Redis costs where it is billed by command.</summary>
public sealed class RedisPriceOptions
{
    public const string Section = "RedisPrice";

    private const int PricedCommands = 100_000;

    /// <summary><c>REDIS_PRICE_PER_100K</c>: US dollars for 100,000 commands.</summary>
    [Range(0.000001, 1_000_000)]
    public decimal Per100K { get; set; } = 0.20m;

    /// <summary><c>REDIS_FIXED_PLAN</c>: US dollars a month of the fixed plan to compare that with. Nothing is compared unless it is set.</summary>
    [Range(0.000001, 1_000_000)]
    public decimal? FixedPlan { get; set; }

    /// <summary>US dollars.</summary>
    public decimal Of(long commands) => commands * Per100K / PricedCommands;
}
