using Gaia.Caching.Administration;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Alerts;

/// <summary>Compares what a month of Redis commands like the last week's costs with the fixed plan.</summary>
internal sealed class RedisPlanCheck(
    LedgerHistory history, AlertRecorder recorder, IOptions<RedisPriceOptions> price, IOptions<AlertOptions> options, TimeProvider clock) : IAlertCheck
{
    private const int Decimals = 6;
    private static readonly TimeSpan LookedBack = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public AlertRule Rule => AlertRule.RedisPlan;

    public string? Missing => price.Value.FixedPlan is null ? "REDIS_FIXED_PLAN" : null;

    public TimeSpan Interval => options.Value.HistoryInterval;

    public async Task CheckAsync(ChatDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ledger = await history.ReadAsync(now - LookedBack, ct);
        var known = now - ledger.Since ?? TimeSpan.Zero;
        if (known <= TimeSpan.Zero || known < options.Value.PriceKnownFor)
        {
            return;
        }

        var (plan, commands) = (price.Value.FixedPlan!.Value, (long)(ledger.Commands * (Month / known)));
        if (price.Value.Of(commands) > plan)
        {
            await recorder.TryFireAsync(db, Rule.Of(Resources.Redis, now), new CheaperRedisPlan(Math.Round(price.Value.Of(commands), Decimals), plan, commands), ct);
        }
        else
        {
            await recorder.ResolveAsync(db, Rule, Resources.Redis, ct);
        }
    }
}
