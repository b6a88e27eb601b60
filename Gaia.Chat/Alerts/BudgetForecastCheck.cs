using Gaia.Caching;
using Gaia.Chat.Budgets;
using Gaia.Chat.Usage;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Compares what monthly budgets allow with what will have been used by the month's end, when every day is like those of the last week.</summary>
internal sealed class BudgetForecastCheck(RegionCache<string, BudgetLimits> budgets, AlertRecorder recorder, IOptions<AlertOptions> options, TimeProvider clock) : IAlertCheck
{
    public AlertRule Rule => AlertRule.BudgetForecast;

    public TimeSpan Interval => options.Value.HistoryInterval;

    public async Task CheckAsync(ChatDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var limits = (await budgets.GetAsync(BudgetCache.Key, ct)).Value?.All ?? [];
        foreach (var limit in limits.Where(limit => limit.Period is BudgetPeriod.Month))
        {
            var forecast = await CostForecast.OfAsync(limit.Calls(db.Usage), now, ct);
            if (!forecast.IsKnown)
            {
                continue;
            }

            if (forecast.Forecast > limit.Dollars || forecast.ForecastTokens > limit.Tokens)
            {
                await recorder.TryFireAsync(db, Rule.Of($"{limit.Id}", now), Describe(limit, forecast), ct);
            }
            else
            {
                await recorder.ResolveAsync(db, Rule, $"{limit.Id}", ct);
            }
        }
    }

    private static BudgetForecastExceeded Describe(BudgetLimit limit, CostForecast forecast) => new(
        limit.Id!.Value,
        limit.Scope,
        limit.TargetId,
        forecast.From,
        forecast.ResetsOn,
        limit.Dollars,
        limit.Tokens,
        forecast.Spent,
        forecast.Tokens,
        Math.Round(forecast.Forecast, 6),
        Math.Round(forecast.ForecastTokens));
}
