using Gaia.Caching;
using Gaia.Caching.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Budgets;

/// <summary>Caches the budgets in memory, so that a call that no budget counts needs no query.</summary>
internal static class BudgetCache
{
    public const string Key = "all";

    public static readonly Region<string, BudgetLimits> Limits = new("budgets", "budgets:") { FailSafe = TimeSpan.FromHours(1) };

    public static void AddBudgets(this CachingOptions cache)
    {
        cache.Region<string, BudgetLimits, ChatDb>(Limits, LoadAsync);
        cache.Warm<string, BudgetLimits, ChatDb>(Limits, (_, _) => Task.FromResult<IReadOnlyList<string>>([Key]));
    }

    /// <summary>Commits with the change that <paramref name="db"/> saves next.</summary>
    public static void ForgetBudgets(this ChatDb db) => db.Invalidate(Limits, Key);

    private static async Task<BudgetLimits?> LoadAsync(ChatDb db, string key, CancellationToken ct) =>
        new([.. (await db.Budgets.AsNoTracking().OrderBy(b => b.Id).ToListAsync(ct)).Select(BudgetLimit.Of)]);
}

/// <summary>All budgets of administrators.</summary>
internal sealed record BudgetLimits(IReadOnlyList<BudgetLimit> All);
