using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Budgets;

/// <summary>A budget as an administrator sets it: there is one for each target and period.</summary>
/// <param name="TargetId">The user, API key or persona; none for the budget of all.</param>
/// <param name="LimitUsd">US dollars.</param>
/// <param name="LimitTokens">Of prompts and answers together.</param>
/// <param name="Hard">Whether calls are refused that it does not cover.</param>
public sealed record BudgetDraft(
    [Required] BudgetScope? Scope,
    [Required] BudgetPeriod? Period,
    Guid? TargetId = null,
    [Range(0.000001, 100_000_000)] decimal? LimitUsd = null,
    [Range(1, long.MaxValue)] long? LimitTokens = null,
    bool Hard = false) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Scope is BudgetScope.All != TargetId is null)
        {
            yield return new(Scope is BudgetScope.All ? "The budget of all has no target." : "Whose budget it is must be given.", [nameof(TargetId)]);
        }

        if (LimitUsd is null && LimitTokens is null)
        {
            yield return new("A budget limits US dollars, tokens or both.", [nameof(LimitUsd)]);
        }
    }
}
