using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Reports;

/// <summary>What models cost this month, and what they will have cost by its end.</summary>
internal static class CostEndpoints
{
    /// <summary>How many whole days before today the forecast goes by.</summary>
    private const int DaysLookedBack = 7;

    public static void MapCost(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/admin/cost").WithTags("Usage").RequireScope(Scopes.Admin).MapGet("", Get).WithName("GetCost")
            .WithSummary("Get the cost of this month").WithDescription("Sums up what the calls of all users cost this month, by day, and forecasts its end by the last week.");

    private static async Task<CostReport> Get(ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var (start, since) = (new DateOnly(today.Year, today.Month, 1), today.AddDays(-DaysLookedBack));
        var end = start.AddMonths(1);
        var first = since < start ? since : start;
        var days = await db.Usage
            .Where(u => u.Day >= first && u.Day <= today && u.HeldUntil == null)
            .GroupBy(u => u.Day)
            .Select(g => new CostOfDay(g.Key, g.Sum(u => u.Cost) ?? 0, g.Count(u => u.Cost == null)))
            .ToListAsync(ct);

        var inMonth = days.Where(day => day.Day >= start).ToList();
        var spent = inMonth.Sum(day => day.Cost);
        var whole = days.Where(day => day.Day >= since && day.Day < today).ToList();

        // An installation younger than that has only the days since its first call to go by; on its first day, that day's part.
        var oldest = await db.Usage.MinAsync(u => (DateOnly?)u.Day, ct) ?? today;
        var known = Math.Min(DaysLookedBack, today.DayNumber - oldest.DayNumber);
        var daily = known > 0 ? whole.Sum(day => day.Cost) / known : days.Where(day => day.Day == today).Sum(day => day.Cost) / Math.Max(0.05m, (decimal)now.TimeOfDay.TotalDays);
        var remaining = end.DayNumber - today.DayNumber - (decimal)now.TimeOfDay.TotalDays;
        return new(
            start,
            end,
            spent,
            inMonth.Sum(day => day.UnpricedCalls),
            Math.Round(spent + (daily * remaining), 6),
            Math.Round(daily, 6),
            [.. inMonth.OrderBy(day => day.Day)]);
    }
}

/// <param name="From">The first day of the month, in UTC.</param>
/// <param name="ResetsOn">The first day of the next one.</param>
/// <param name="Cost">US dollars until now.</param>
/// <param name="UnpricedCalls">Calls of models without a price, which <paramref name="Cost"/> does not have.</param>
/// <param name="Forecast">US dollars by the month's end, when every day is like those of the last week.</param>
/// <param name="Daily">US dollars of such a day.</param>
internal sealed record CostReport(
    DateOnly From, DateOnly ResetsOn, decimal Cost, int UnpricedCalls, decimal Forecast, decimal Daily, IReadOnlyList<CostOfDay> Days);

internal sealed record CostOfDay(DateOnly Day, decimal Cost, int UnpricedCalls);
