using System.Text.Json;
using Gaia.Caching;
using Gaia.Chat.Budgets;
using Gaia.Chat.Usage;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>
/// Fires an alert when 50, 80 and 100 % of a budget are used up: each once in each period, whichever nodes notice it, because the row of the alert is unique.
/// </summary>
internal sealed partial class BudgetWatch(
    IServiceScopeFactory scopes,
    RegionCache<string, BudgetLimits> budgets,
    UsageSignal usage,
    AlertDispatcher dispatcher,
    IOptions<AlertOptions> options,
    TimeProvider clock,
    ILogger<BudgetWatch> log) : BackgroundService
{
    private static readonly int[] Thresholds = [50, 80, 100];

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
        var use = await BudgetUse.OfAsync(db, limit.CallsAround(day), now, ct);
        var reached = Thresholds.Where(threshold => use.ShareOf(limit) * 100 >= threshold).ToList();
        foreach (var threshold in reached)
        {
            if (await TryFireAsync(db, limit, day, use, threshold, now, ct))
            {
                LogFired($"{limit}", threshold);
                dispatcher.Wake();
            }
        }

        if (reached.Count == Thresholds.Length)
        {
            done.Add((limit.Id!.Value, limit.StartOf(day)));
        }
    }

    /// <returns>False when the alert has been fired before, here or elsewhere.</returns>
    private async Task<bool> TryFireAsync(ChatDb db, BudgetLimit limit, DateOnly day, BudgetUse use, int threshold, DateTimeOffset now, CancellationToken ct)
    {
        var (start, end) = (limit.StartOf(day), limit.EndOf(day));
        var data = new BudgetThresholdReached(
            limit.Id!.Value, limit.Scope, limit.TargetId, limit.Period, start, end, threshold, limit.IsHard, limit.Dollars, limit.Tokens, use.Dollars, use.Tokens);
        var body = JsonSerializer.Serialize(new AlertMessage<BudgetThresholdReached>(Alert.BudgetThreshold, now, data), EventJson.Options);
        var (next, end24) = dispatcher.Schedule(now);
        var id = Guid.CreateVersion7();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var isNew = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO alerts (id, type, budget_id, period_start, threshold, body, fired_at, next_attempt_at, give_up_at, attempts)
            VALUES ({id}, {Alert.BudgetThreshold}, {limit.Id}, {start}, {threshold}, {body}, {now}, {next}, {end24}, 0)
            ON CONFLICT (budget_id, period_start, threshold) WHERE budget_id IS NOT NULL DO NOTHING
            """,
            ct) > 0;
        if (isNew)
        {
            db.Record(new AlertFired(id, Alert.BudgetThreshold, JsonSerializer.SerializeToElement(data, EventJson.Options)));
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return isNew;
    }

    [LoggerMessage(LogLevel.Warning, "{Budget} has reached {Threshold} %")]
    private partial void LogFired(string budget, int threshold);

    [LoggerMessage(LogLevel.Warning, "Budgets cannot be watched: {Reason}")]
    private partial void LogFailed(string reason);
}
