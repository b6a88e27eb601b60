using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Budgets;

/// <summary>The usage of finished calls, and what is reserved for unfinished ones.</summary>
internal sealed record BudgetUse(long Tokens, decimal Dollars, long ReservedTokens, decimal ReservedDollars)
{
    public static BudgetUse None { get; } = new(0, 0, 0, 0);

    /// <summary>How far a budget is used up, without what is only reserved; 1 is all of it.</summary>
    public decimal ShareOf(BudgetLimit limit) => Math.Max(
        limit.Tokens is { } tokens ? (decimal)Tokens / tokens : 0,
        limit.Dollars is { } dollars ? Dollars / dollars : 0);

    /// <param name="calls">Those that count.</param>
    /// <param name="now">Reservations that ended before no longer count.</param>
    /// <param name="ct">Ends the query.</param>
    public static async Task<BudgetUse> OfAsync(IQueryable<UsageRecord> calls, DateTimeOffset now, CancellationToken ct) =>
        await calls.Where(u => u.HeldUntil == null || u.HeldUntil > now).GroupBy(_ => 1).Select(all => new BudgetUse(
            all.Sum(u => u.HeldUntil == null ? u.PromptTokens + u.CompletionTokens : 0),
            all.Sum(u => u.HeldUntil == null ? u.Cost : 0) ?? 0,
            all.Sum(u => u.HeldUntil == null ? 0 : u.PromptTokens + u.CompletionTokens),
            all.Sum(u => u.HeldUntil == null ? 0 : u.Cost) ?? 0)).SingleOrDefaultAsync(ct) ?? None;
}
