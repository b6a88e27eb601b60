using Gaia.Caching;
using Gaia.Chat.Budgets;
using Gaia.Chat.Usage;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Fires an alert when 50, 80 and 100 % of a budget are used up, each once in each period.</summary>
internal sealed partial class BudgetWatch(
    IServiceScopeFactory scopes,
    RegionCache<string, BudgetLimits> budgets,
    UsageSignal usage,
    AlertRecorder recorder,
    IOptions<AlertOptions> options,
    TimeProvider clock,
    ILogger<BudgetWatch> log) : BackgroundService
{
    /// <summary>A busy node's budgets are summed up no more often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Budgets that have fired all their alerts in a period.</summary>
    private readonly HashSet<(Guid Budget, DateOnly Start)> done = [];
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CheckAsync(stoppingToken);
                isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    LogFailed(e.GetBaseException().Message);
                }

                isFailing = true;
            }

            await Task.Delay(Pause, clock, stoppingToken);
            await usage.WaitAsync(options.Value.Interval, stoppingToken);
        }
    }

    private async Task CheckAsync(CancellationToken ct)
    {
        var limits = (await budgets.GetAsync(BudgetCache.Key, ct)).Value?.All ?? [];
        if (limits is [])
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        var now = clock.GetUtcNow();
        // Calls count in the period in which they began.
        var days = new[] { now, now - BudgetService.LongestCall }.Select(at => DateOnly.FromDateTime(at.UtcDateTime)).Distinct().ToList();
        foreach (var (limit, day) in from limit in limits from day in days.DistinctBy(limit.StartOf) where !done.Contains((limit.Id!.Value, limit.StartOf(day))) select (limit, day))
        {
            await CheckAsync(db, limit, day, now, ct);
        }
    }

    private async Task CheckAsync(ChatDb db, BudgetLimit limit, DateOnly day, DateTimeOffset now, CancellationToken ct)
    {
        var use = await BudgetUse.OfAsync(limit.CallsAround(db.Usage, day), now, ct);
        var (start, end) = (limit.StartOf(day), limit.EndOf(day));
        var reached = AlertRule.BudgetThreshold.Thresholds.Where(threshold => use.ShareOf(limit) * 100 >= threshold).ToList();
        foreach (var threshold in reached)
        {
            var occasion = new AlertOccasion(AlertRule.BudgetThreshold.Type, $"{limit.Id}", new(start, TimeOnly.MinValue, TimeSpan.Zero), threshold);
            var data = new BudgetThresholdReached(
                limit.Id!.Value, limit.Scope, limit.TargetId, limit.Period, start, end, threshold, limit.IsHard, limit.Dollars, limit.Tokens, use.Dollars, use.Tokens);
            await recorder.TryFireAsync(db, occasion, data, ct);
        }

        if (reached.Count == AlertRule.BudgetThreshold.Thresholds.Count)
        {
            done.Add((limit.Id!.Value, start));
        }
    }

    [LoggerMessage(LogLevel.Warning, "Budgets cannot be watched: {Reason}")]
    private partial void LogFailed(string reason);
}
