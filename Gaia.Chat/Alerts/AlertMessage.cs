using System.Text.Json;
using Gaia.Chat.Budgets;

namespace Gaia.Chat.Alerts;

/// <summary>What NATS and the webhook get, in the form that Standard Webhooks recommends.</summary>
internal sealed record AlertMessage<T>(string Type, DateTimeOffset Timestamp, T Data);

/// <param name="From">The first day of the period, in UTC.</param>
/// <param name="ResetsOn">The first day of the next one.</param>
/// <param name="Threshold">Percent.</param>
/// <param name="Hard">Whether calls are refused that the budget does not cover; one of 100 % that is not is overrun.</param>
internal sealed record BudgetThresholdReached(
    Guid BudgetId,
    BudgetScope Scope,
    Guid? TargetId,
    BudgetPeriod Period,
    DateOnly From,
    DateOnly ResetsOn,
    int Threshold,
    bool Hard,
    decimal? LimitUsd,
    long? LimitTokens,
    decimal UsedUsd,
    long UsedTokens);

/// <param name="ForecastUsd">US dollars by the month's end, when every day is like those of the last week.</param>
/// <param name="ForecastTokens">Tokens, likewise.</param>
/// <param name="ResetsOn">The first day of the next month.</param>
internal sealed record BudgetForecastExceeded(
    Guid BudgetId,
    BudgetScope Scope,
    Guid? TargetId,
    DateOnly From,
    DateOnly ResetsOn,
    decimal? LimitUsd,
    long? LimitTokens,
    decimal UsedUsd,
    long UsedTokens,
    decimal ForecastUsd,
    decimal ForecastTokens);

/// <param name="CostOfMonth">US dollars of 30 days of Redis commands like the last week's.</param>
/// <param name="PlanUsd">US dollars a month of the fixed plan.</param>
/// <param name="CommandsOfMonth">Commands of those 30 days.</param>
internal sealed record CheaperRedisPlan(decimal CostOfMonth, decimal PlanUsd, long CommandsOfMonth);

/// <param name="Nodes">Those whose circuit breaker is open.</param>
internal sealed record RedisBreakerOpen(IReadOnlyList<NodeWithoutRedis> Nodes);

/// <param name="Node">The service.</param>
/// <param name="OpenFor">Seconds.</param>
internal sealed record NodeWithoutRedis(string Node, string Instance, double OpenFor);

/// <param name="HitRatio">The share of reads that memory answered in the time until <paramref name="Until"/>.</param>
/// <param name="Before">The same in the time before.</param>
internal sealed record HitRatioFell(string Region, double HitRatio, double Before, long Reads, DateTimeOffset From, DateTimeOffset Until);

/// <param name="Node">The service whose node held the old value; <c>redis</c> for Redis.</param>
/// <param name="OldFor">Seconds for which the database had been newer when that was certain.</param>
internal sealed record ConsistencyViolated(string Region, string Key, string Node, string? Instance, DateTimeOffset At, double OldFor);

/// <summary>The reason of an earlier alert is gone.</summary>
/// <param name="AlertId">The earlier alert.</param>
/// <param name="Rule">Its type.</param>
/// <param name="Details">What it said.</param>
internal sealed record AlertResolution(Guid AlertId, string Rule, string Subject, DateTimeOffset FiredAt, JsonElement Details);

/// <summary>An administrator wants to see an alert arrive.</summary>
/// <param name="RequestedBy">Who.</param>
internal sealed record AlertTest(Guid RequestedBy);
