using System.Text.Json.Serialization;

namespace Gaia.Chat.Alerts;

/// <summary>How long it takes until an alert is fired again whose reason is still there, or there once more. In UTC.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertPeriod>))]
public enum AlertPeriod
{
    [JsonStringEnumMemberName("hour")]
    Hour,

    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("month")]
    Month,

    /// <summary>That of the budget.</summary>
    [JsonStringEnumMemberName("budget")]
    Budget,
}

/// <summary>When an alert is fired: once for each subject, threshold and period.</summary>
/// <param name="Type">What its alerts are called.</param>
/// <param name="Thresholds">In percent, where it has any; 0 where there is nothing to exceed.</param>
internal sealed record AlertRule(string Type, AlertPeriod Period, params IReadOnlyList<int> Thresholds)
{
    /// <summary>So much of a budget is used up.</summary>
    public static readonly AlertRule BudgetThreshold = new("budget.threshold", AlertPeriod.Budget, 50, 80, 100);

    /// <summary>A budget will be used up before its month ends.</summary>
    public static readonly AlertRule BudgetForecast = new("budget.forecast", AlertPeriod.Month, 100);

    /// <summary>Redis by command costs more than the fixed plan.</summary>
    public static readonly AlertRule RedisPlan = new("redis.plan", AlertPeriod.Month, 100);

    /// <summary>Nodes do not ask Redis.</summary>
    public static readonly AlertRule RedisBreaker = new("redis.breaker", AlertPeriod.Hour, 0);

    /// <summary>Memory answers a smaller share of a region's reads than before.</summary>
    public static readonly AlertRule HitRatio = new("cache.hit_ratio", AlertPeriod.Day, 0);

    /// <summary>A cache held an old value beyond the staleness bound.</summary>
    public static readonly AlertRule Violation = new("cache.violation", AlertPeriod.Day, 0);

    public static readonly IReadOnlyList<AlertRule> All = [BudgetThreshold, BudgetForecast, RedisPlan, RedisBreaker, HitRatio, Violation];

    /// <summary>Whether it is noticed, and said, that the reason of an alert is gone. A budget is renewed, and a violation has happened.</summary>
    public bool IsResolved => Period is not AlertPeriod.Budget && this != Violation;

    /// <summary>What is alerted of once.</summary>
    public AlertOccasion Of(string subject, DateTimeOffset now, int? threshold = null) => new(Type, subject, StartOf(now), threshold ?? Thresholds[0]);

    /// <summary>When the period began; for budgets, the longest that there is.</summary>
    public DateTimeOffset StartOf(DateTimeOffset now)
    {
        var at = now.UtcDateTime;
        return Period switch
        {
            AlertPeriod.Hour => new(at.Date.AddHours(at.Hour), TimeSpan.Zero),
            AlertPeriod.Day => new(at.Date, TimeSpan.Zero),
            _ => new(new DateTime(at.Year, at.Month, 1), TimeSpan.Zero),
        };
    }
}

/// <summary>What an alert is fired of once.</summary>
/// <param name="Type">The rule's.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Period">When the period began.</param>
internal sealed record AlertOccasion(string Type, string Subject, DateTimeOffset Period, int Threshold);
