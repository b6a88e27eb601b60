using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Budgets;

/// <summary>What one user may use up in a day, in UTC. Nothing is limited unless it is set.</summary>
internal sealed class BudgetOptions
{
    public const string Section = "Budget";

    /// <summary><c>BUDGET_TOKENS</c>: tokens of prompts and answers together.</summary>
    [Range(1, long.MaxValue)]
    public long? TokensPerDay { get; set; }

    /// <summary><c>BUDGET_USD</c>: US dollars. Models without a price are refused then.</summary>
    [Range(0.000001, 1_000_000)]
    public decimal? DollarsPerDay { get; set; }

    /// <summary><c>BUDGET_UNPRICED=allow</c>: under a budget in dollars, calls of models without a price are made all the same, and count as free.</summary>
    public bool AllowsUnpriced { get; set; }

    /// <summary>How many tokens an answer may have, under a budget, when its caller names no limit: what a call takes at worst must be known before it is made.</summary>
    [Range(1, 1_000_000)]
    public int AnswerTokens { get; set; } = 4_096;

    public bool IsLimited => TokensPerDay is not null || DollarsPerDay is not null;
}
