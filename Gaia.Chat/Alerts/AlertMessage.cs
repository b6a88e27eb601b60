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

/// <summary>An administrator wants to see an alert arrive.</summary>
/// <param name="RequestedBy">Who.</param>
internal sealed record AlertTest(Guid RequestedBy);
