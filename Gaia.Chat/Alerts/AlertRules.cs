using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Alerts;

/// <summary>What is alerted of, and what of it holds now.</summary>
internal static class AlertRules
{
    public static void AddAlertRules(this IServiceCollection services)
    {
        services.AddSingleton<AlertRecorder>();
        services.AddHostedService<BudgetWatch>();
        services.AddSingleton<IAlertCheck, BudgetForecastCheck>();
        services.AddSingleton<IAlertCheck, RedisPlanCheck>();
        services.AddSingleton<IAlertCheck, RedisBreakerCheck>();
        services.AddSingleton<IAlertCheck, HitRatioCheck>();
        services.AddSingleton<IAlertCheck, ViolationCheck>();
        services.AddHostedService<AlertWatch>();
    }

    public static void MapAlertRules(this IEndpointRouteBuilder alerts) =>
        alerts.MapGet("/rules", List).WithName("ListAlertRules").WithSummary("List alert rules")
            .WithDescription("What is alerted of, once for each subject, threshold and period, and the alerts whose reason is not known to be gone, of budgets and violations those of the period.");

    private static async Task<AlertRuleList> List(ChatDb db, IEnumerable<IAlertCheck> checks, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var missing = checks.ToDictionary(check => check.Rule.Type, check => check.Missing);
        List<AlertRuleView> rules = [];
        foreach (var rule in AlertRule.All)
        {
            var alerts = db.Alerts.AsNoTracking().Where(a => a.Type == rule.Type);
            var last = await alerts.MaxAsync(a => (DateTimeOffset?)a.FiredAt, ct);
            var begun = rule.StartOf(now);
            var lasts = rule.IsResolved;
            var unresolved = await alerts.Where(a => a.ResolvedAt == null && (lasts || a.Period >= begun)).OrderByDescending(a => a.Id).ToListAsync(ct);
            var open = unresolved.DistinctBy(alert => (alert.Subject, alert.Threshold));
            rules.Add(new(
                rule.Type,
                rule.Period,
                rule.Thresholds is [0] ? [] : rule.Thresholds,
                missing.GetValueOrDefault(rule.Type),
                last,
                [.. open.Where(alert => rule.Period is not AlertPeriod.Budget || EndOf(alert) > today).Select(alert => new OpenAlert(alert.Id, alert.Subject!, alert.Threshold!.Value, alert.FiredAt, alert.Details))]));
        }

        return new(rules);
    }

    /// <summary>When the period of a budget ended: one of a day is over before the month is.</summary>
    private static DateOnly EndOf(Alert alert) => DateOnly.Parse(alert.Details.GetProperty("resets_on").GetString()!, CultureInfo.InvariantCulture);
}

internal sealed record AlertRuleList(IReadOnlyList<AlertRuleView> Rules);

/// <param name="Type">What its alerts are called.</param>
/// <param name="Period">After which an alert is fired again whose reason is still there: <c>hour</c>, <c>day</c>, <c>month</c>, or that of the <c>budget</c>, in UTC.</param>
/// <param name="Thresholds">Percent.</param>
/// <param name="Missing">The setting without which the rule does not apply; null when it applies.</param>
/// <param name="LastFiredAt">Null when it never was.</param>
/// <param name="Open">Newest first.</param>
internal sealed record AlertRuleView(
    string Type, AlertPeriod Period, IReadOnlyList<int> Thresholds, string? Missing, DateTimeOffset? LastFiredAt, IReadOnlyList<OpenAlert> Open);

/// <param name="Subject">What it is about, such as a budget or a region.</param>
/// <param name="Data">What it says.</param>
internal sealed record OpenAlert(Guid Id, string Subject, int Threshold, DateTimeOffset FiredAt, JsonElement Data);
