using Gaia.Chat.Usage;

namespace Gaia.Chat.Budgets;

/// <summary>A budget that counts a call: an administrator's, or the one that the settings give every user for each day.</summary>
/// <param name="Id">Null for that of the settings.</param>
internal sealed record BudgetLimit(Guid? Id, BudgetScope Scope, Guid? TargetId, BudgetPeriod Period, decimal? Dollars, long? Tokens, bool IsHard)
{
    /// <summary>What all nodes hold while they decide whether the budget covers a call.</summary>
    public string LockName => Id is { } id ? $"budget:{id}" : $"{TargetId}";

    public static BudgetLimit Of(Budget budget) =>
        new(budget.Id, budget.Scope, budget.TargetId, budget.Period, budget.LimitUsd, budget.LimitTokens, budget.IsHard);

    public bool Counts(UsageSource source, Guid? persona) => Scope switch
    {
        BudgetScope.User => TargetId == source.UserId,
        BudgetScope.Key => source.ApiKeyId is not null && TargetId == source.ApiKeyId,
        BudgetScope.Persona => persona is not null && TargetId == persona,
        _ => true,
    };

    /// <summary>The calls that it counts, of all times.</summary>
    public IQueryable<UsageRecord> Calls(IQueryable<UsageRecord> usage)
    {
        var target = TargetId;
        return Scope switch
        {
            BudgetScope.User => usage.Where(u => u.UserId == target),
            BudgetScope.Key => usage.Where(u => u.ApiKeyId == target),
            BudgetScope.Persona => usage.Where(u => u.PersonaId == target),
            _ => usage,
        };
    }

    /// <summary>The calls that it counts in the period of a day.</summary>
    public IQueryable<UsageRecord> CallsAround(IQueryable<UsageRecord> usage, DateOnly day)
    {
        var (first, end) = (StartOf(day), EndOf(day));
        return Calls(usage).Where(u => u.Day >= first && u.Day < end);
    }

    public DateOnly StartOf(DateOnly day) => Period is BudgetPeriod.Month ? new(day.Year, day.Month, 1) : day;

    /// <summary>The first day of the next period.</summary>
    public DateOnly EndOf(DateOnly day) => Period is BudgetPeriod.Month ? StartOf(day).AddMonths(1) : day.AddDays(1);

    /// <summary>For people: how a sentence about it begins.</summary>
    public override string ToString()
    {
        if (Id is null)
        {
            return "Today's budget";
        }

        var owner = Scope switch
        {
            BudgetScope.User => "The user's budget",
            BudgetScope.Key => "The API key's budget",
            BudgetScope.Persona => "The persona's budget",
            _ => "The budget of all users",
        };
        return $"{owner} {(Period is BudgetPeriod.Month ? "for this month" : "for today")}";
    }
}
