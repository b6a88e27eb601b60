using System.Globalization;
using Gaia.Chat.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Budgets;

/// <summary>What administrators allow to be used up.</summary>
internal static class BudgetEndpoints
{
    public static void MapBudgets(this IEndpointRouteBuilder routes)
    {
        var budgets = routes.MapGroup("/api/v1/admin/budgets").WithTags("Budgets").RequireScope(Scopes.Admin).AddEndpointFilter<ChatExceptionFilter>();
        budgets.MapGet("", List).WithName("ListBudgets").WithSummary("List budgets").WithDescription("All budgets, with what calls of this period used of each, and what unfinished ones may use.");
        budgets.MapPut("", Put).WithName("PutBudget").WithSummary("Set a budget")
            .WithDescription("Creates or replaces the budget of a target for a period, in US dollars, tokens or both. Calls of the whole period count.");
        budgets.MapDelete("/{id}", Delete).WithName("DeleteBudget").WithSummary("Delete a budget").WithDescription("Removes a limit. The usage that counted towards it stays.")
            .FailsWith(StatusCodes.Status404NotFound, "No budget has this id.");
    }

    private static async Task<BudgetList> List(ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        List<BudgetView> views = [];
        foreach (var budget in await db.Budgets.AsNoTracking().OrderBy(b => b.Id).ToListAsync(ct))
        {
            views.Add(await ViewAsync(db, budget, now, ct));
        }

        return new(views);
    }

    /// <summary>Sets the budget of a target for a period, whether there is one or not. What was used up in the period counts from its beginning.</summary>
    private static async Task<Ok<BudgetView>> Put(BudgetDraft draft, ChatDb db, TimeProvider clock, HttpContext context, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // One change after the other: of two that make the same budget the second one changes it.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('budgets', 0))", ct);
        var budget = await db.Budgets.SingleOrDefaultAsync(b => b.Scope == draft.Scope && b.TargetId == draft.TargetId && b.Period == draft.Period, ct);
        if (budget is null)
        {
            budget = new() { Scope = draft.Scope!.Value, TargetId = draft.TargetId, Period = draft.Period!.Value, UpdatedAt = now };
            db.Add(budget);
        }

        (budget.LimitUsd, budget.LimitTokens, budget.IsHard, budget.UpdatedAt) = (draft.LimitUsd, draft.LimitTokens, draft.Hard, now);
        db.ForgetBudgets();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        AuditDetailHeader.Set(context.Response, Describe(budget));
        return TypedResults.Ok(await ViewAsync(db, budget, now, ct));
    }

    private static async Task<NoContent> Delete(Guid id, ChatDb db, HttpContext context, CancellationToken ct)
    {
        var budget = await db.Budgets.SingleOrDefaultAsync(b => b.Id == id, ct) ?? throw ChatException.NotFound("Budget");
        db.Remove(budget);
        db.ForgetBudgets();
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw ChatException.NotFound("Budget");
        }

        AuditDetailHeader.Set(context.Response, Describe(budget));
        return TypedResults.NoContent();
    }

    private static async Task<BudgetView> ViewAsync(ChatDb db, Budget budget, DateTimeOffset now, CancellationToken ct)
    {
        var (limit, today) = (BudgetLimit.Of(budget), DateOnly.FromDateTime(now.UtcDateTime));
        var use = await BudgetUse.OfAsync(limit.CallsAround(db.Usage, today), now, ct);
        return new(
            budget.Id, budget.Scope, budget.TargetId, budget.Period, budget.LimitUsd, budget.LimitTokens, budget.IsHard,
            use.Dollars, use.Tokens, use.ReservedDollars, use.ReservedTokens, limit.StartOf(today), limit.EndOf(today), budget.UpdatedAt);
    }

    private static string Describe(Budget budget)
    {
        var limits = new[]
        {
            budget.LimitUsd is { } dollars ? string.Create(CultureInfo.InvariantCulture, $"{dollars} USD") : null,
            budget.LimitTokens is { } tokens ? string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens") : null,
        };
        return $"{budget.Scope} {budget.TargetId}".TrimEnd() + $", {budget.Period}: {string.Join(" and ", limits.OfType<string>())}, {(budget.IsHard ? "hard" : "soft")}";
    }
}

internal sealed record BudgetList(IReadOnlyList<BudgetView> Budgets);

/// <param name="Hard">Whether calls are refused that it does not cover.</param>
/// <param name="UsedUsd">US dollars that the period's calls cost; those of models without a price add nothing.</param>
/// <param name="ReservedUsd">US dollars that calls that are not over may cost at most.</param>
/// <param name="From">The first day of the period, in UTC.</param>
/// <param name="ResetsOn">The first day of the next one.</param>
internal sealed record BudgetView(
    Guid Id,
    BudgetScope Scope,
    Guid? TargetId,
    BudgetPeriod Period,
    decimal? LimitUsd,
    long? LimitTokens,
    bool Hard,
    decimal UsedUsd,
    long UsedTokens,
    decimal ReservedUsd,
    long ReservedTokens,
    DateOnly From,
    DateOnly ResetsOn,
    DateTimeOffset UpdatedAt);
