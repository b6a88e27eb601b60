using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Usage;

/// <summary>What calls took this month, and what they will have taken by its end when every day is like those of the last week.</summary>
/// <param name="From">The first day of the month, in UTC.</param>
/// <param name="ResetsOn">The first day of the next one.</param>
/// <param name="Days">Those of the month on which there were calls.</param>
/// <param name="IsKnown">Whether there was a call on a day before today to go by; otherwise it goes by today's part.</param>
internal sealed record CostForecast(DateOnly From, DateOnly ResetsOn, IReadOnlyList<UsageOfDay> Days, decimal Daily, decimal DailyTokens, decimal DaysLeft, bool IsKnown)
{
    /// <summary>How many whole days before today it goes by.</summary>
    private const int DaysLookedBack = 7;

    /// <summary>The smallest part of a day that says something of the whole.</summary>
    private const decimal ShortestDay = 0.05m;

    public decimal Spent => Days.Sum(day => day.Cost);

    public long Tokens => Days.Sum(day => day.Tokens);

    public decimal Forecast => Spent + (Daily * DaysLeft);

    public decimal ForecastTokens => Tokens + (DailyTokens * DaysLeft);

    /// <param name="calls">Those that count, of all times.</param>
    /// <param name="now">What is forecast is the end of its month.</param>
    /// <param name="ct">Ends the queries.</param>
    public static async Task<CostForecast> OfAsync(IQueryable<UsageRecord> calls, DateTimeOffset now, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var (start, since) = (new DateOnly(today.Year, today.Month, 1), today.AddDays(-DaysLookedBack));
        var first = since < start ? since : start;
        var days = await calls
            .Where(u => u.Day >= first && u.Day <= today && u.HeldUntil == null)
            .GroupBy(u => u.Day)
            .Select(g => new UsageOfDay(g.Key, g.Sum(u => u.Cost) ?? 0, g.Count(u => u.Cost == null), g.Sum(u => u.PromptTokens + u.CompletionTokens)))
            .ToListAsync(ct);

        // What is younger than that has only the days since its first call to go by; on its first day, that day's part.
        var oldest = await calls.MinAsync(u => (DateOnly?)u.Day, ct) ?? today;
        var known = Math.Min(DaysLookedBack, today.DayNumber - oldest.DayNumber);
        var part = (decimal)now.TimeOfDay.TotalDays;
        var counted = known > 0 ? days.Where(day => day.Day >= since && day.Day < today).ToList() : days.Where(day => day.Day == today).ToList();
        var length = known > 0 ? known : Math.Max(ShortestDay, part);
        var end = start.AddMonths(1);
        return new(
            start,
            end,
            [.. days.Where(day => day.Day >= start).OrderBy(day => day.Day)],
            counted.Sum(day => day.Cost) / length,
            counted.Sum(day => day.Tokens) / length,
            end.DayNumber - today.DayNumber - part,
            known > 0);
    }
}

/// <param name="UnpricedCalls">Calls of models without a price, which <paramref name="Cost"/> does not have.</param>
internal sealed record UsageOfDay(DateOnly Day, decimal Cost, int UnpricedCalls, long Tokens);
