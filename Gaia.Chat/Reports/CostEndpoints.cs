using System.ComponentModel.DataAnnotations;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Reports;

/// <summary>What models cost this month, and what they will have cost by its end; and what Redis and machines cost.</summary>
internal static class CostEndpoints
{
    private const int Decimals = 6;

    public static void MapCost(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/admin/cost").WithTags("Usage").RequireScope(Scopes.Admin).MapGet("", Get).WithName("GetCost")
            .WithSummary("Get the cost of this month")
            .WithDescription("Sums up what the calls of all users cost this month, by day, and forecasts its end by the last week. With `by`, also what the Redis commands of all "
                + "services cost, by region of the cache and what else uses Redis, or by machine, together with what the machine costs.");

    /// <param name="by">What the cost of Redis and machines is summed up by.</param>
    private static async Task<CostReport> Get(
        ChatDb db, InfrastructureCost infrastructure, TimeProvider clock, CancellationToken ct, [AllowedValues(InfrastructureCost.Region, InfrastructureCost.Machine, null)] string? by = null)
    {
        var now = clock.GetUtcNow();
        var forecast = await CostForecast.OfAsync(db.Usage, now, ct);
        return new(
            forecast.From,
            forecast.ResetsOn,
            forecast.Spent,
            forecast.Days.Sum(day => day.UnpricedCalls),
            Math.Round(forecast.Forecast, Decimals),
            Math.Round(forecast.Daily, Decimals),
            [.. forecast.Days.Select(day => new CostOfDay(day.Day, day.Cost, day.UnpricedCalls))],
            by is null ? null : await infrastructure.SumAsync(by, now, ct));
    }
}

/// <param name="From">The first day of the month, in UTC.</param>
/// <param name="ResetsOn">The first day of the next one.</param>
/// <param name="Cost">US dollars until now.</param>
/// <param name="UnpricedCalls">Calls of models without a price, which <paramref name="Cost"/> does not have.</param>
/// <param name="Forecast">US dollars by the month's end, when every day is like those of the last week.</param>
/// <param name="Daily">US dollars of such a day.</param>
/// <param name="Infrastructure">What Redis and machines cost; null unless it is asked for.</param>
internal sealed record CostReport(
    DateOnly From, DateOnly ResetsOn, decimal Cost, int UnpricedCalls, decimal Forecast, decimal Daily, IReadOnlyList<CostOfDay> Days,
    InfrastructureReport? Infrastructure);

internal sealed record CostOfDay(DateOnly Day, decimal Cost, int UnpricedCalls);
