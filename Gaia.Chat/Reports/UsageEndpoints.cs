using System.Text.Json.Serialization;
using Gaia.Chat.Budgets;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Reports;

internal static class UsageEndpoints
{
    private const int DaysShown = 30;

    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/usage", List).WithName("ListUsage").WithTags("Usage").RequireAuthorization()
            .WithSummary("List the caller's usage").WithDescription("Calls, tokens and cost by day, model and persona, and what is left of today's budget.");

    /// <param name="from">First day, in UTC; 30 days ago unless told.</param>
    /// <param name="to">Last day; today unless told.</param>
    private static async Task<UsageReport> List(
        CurrentUser user, ChatDb db, BudgetService budget, TimeProvider clock, CancellationToken ct, [FromQuery] DateOnly? from = null, [FromQuery] DateOnly? to = null)
    {
        var last = to ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var first = from ?? last.AddDays(-DaysShown);
        var lines = await db.Usage
            .Where(u => u.UserId == user.Id && u.Day >= first && u.Day <= last && u.HeldUntil == null)
            .GroupBy(u => new { u.Day, u.Model, u.Provider, u.PersonaId })
            .Select(g => new UsageLine(
                g.Key.Day, g.Key.Model, g.Key.Provider, g.Key.PersonaId, g.Count(), g.Sum(u => u.PromptTokens), g.Sum(u => u.CompletionTokens), g.Sum(u => u.Cost) ?? 0))
            .ToListAsync(ct);

        return new(
            [.. lines.OrderByDescending(l => l.Day).ThenBy(l => l.Model, StringComparer.Ordinal).ThenBy(l => l.PersonaId)],
            new(lines.Sum(l => l.Requests), lines.Sum(l => l.PromptTokens), lines.Sum(l => l.CompletionTokens), lines.Sum(l => l.Cost)),
            await budget.GetUsedTodayAsync(user.Id!.Value, ct));
    }
}

/// <param name="Budget">Today's; none when nothing limits the user.</param>
internal sealed record UsageReport(
    IReadOnlyList<UsageLine> Usage,
    UsageTotal Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetOfDay? Budget);

/// <param name="Cost">US dollars; calls of models without a known price add nothing.</param>
internal sealed record UsageLine(
    DateOnly Day, string Model, string Provider, Guid? PersonaId, int Requests, long PromptTokens, long CompletionTokens, decimal Cost)
{
    public long TotalTokens => PromptTokens + CompletionTokens;
}

internal sealed record UsageTotal(int Requests, long PromptTokens, long CompletionTokens, decimal Cost)
{
    public long TotalTokens => PromptTokens + CompletionTokens;
}
