using System.ComponentModel.DataAnnotations;
using Gaia.Chat.Errors;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Reports;

/// <summary>What all users' calls of models took, for administrators.</summary>
internal static class UsageReportEndpoints
{
    private const int DaysShown = 30;
    private const int GroupsShown = 1_000;
    private const int GroupLimit = 10_000;

    public static void MapUsageReports(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/admin/usage").WithTags("Usage").RequireScope(Scopes.Admin).AddEndpointFilter<ChatExceptionFilter>()
            .MapGet("", Get).WithName("SummarizeUsage")
            .WithSummary("Summarize the usage of all users")
            .WithDescription("Calls, tokens and cost by model, user, API key, persona, route or day, as JSON or CSV.")
            .Produces<UsageSummary>().Produces(StatusCodes.Status200OK, contentType: UsageCsv.ContentType);

    /// <param name="from">First day, in UTC; 30 days ago unless told.</param>
    /// <param name="to">Last day; today unless told.</param>
    private static async Task<IResult> Get(
        ChatDb db,
        TimeProvider clock,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        [AllowedValues(UsageDimension.Model, UsageDimension.User, UsageDimension.Key, UsageDimension.Persona, UsageDimension.Route, UsageDimension.Day)] string by = UsageDimension.Model,
        [AllowedValues("json", "csv")] string format = "json",
        [Range(1, GroupLimit)] int? limit = null)
    {
        var last = to ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var first = from ?? last.AddDays(-DaysShown);
        if (first > last)
        {
            throw ChatException.Invalid("from is after to", "from");
        }

        var summary = await SummarizeAsync(db, by, first, last, limit ?? (format is "csv" ? GroupLimit : GroupsShown), ct);
        return format is "csv" ? UsageCsv.Of(summary) : TypedResults.Ok(summary);
    }

    private static async Task<UsageSummary> SummarizeAsync(ChatDb db, string by, DateOnly first, DateOnly last, int limit, CancellationToken ct)
    {
        // What is held of budgets for calls that are not over has not been taken yet.
        var calls = db.Usage.Where(u => u.Day >= first && u.Day <= last && u.HeldUntil == null);
        var grouped = calls.GroupBy(UsageDimension.Of(by));
        var ordered = by is UsageDimension.Day
            ? grouped.OrderBy(g => g.Key)
            : grouped.OrderByDescending(g => g.Sum(u => u.Cost) ?? 0).ThenByDescending(g => g.Sum(u => u.PromptTokens + u.CompletionTokens)).ThenBy(g => g.Key);
        var found = await ordered.Select(UsageGroup.From).Take(limit + 1).ToListAsync(ct);
        var total = await calls.GroupBy(_ => (string?)"").Select(UsageGroup.From).SingleOrDefaultAsync(ct);

        var names = by is UsageDimension.Persona ? await PersonaNamesAsync(db, found.Select(g => g.Key), ct) : [];
        return new(
            by,
            first,
            last,
            [.. found.Take(limit).Select(group => Told(group) with { Name = names.GetValueOrDefault(group.Key ?? "") })],
            total is null ? UsageSum.None : Told(total),
            Truncated: found.Count > limit);
    }

    /// <summary>The sum of no price is no price, which the database takes for zero.</summary>
    private static UsageGroup Told(UsageGroup group) => group.UnpricedCalls == group.Calls ? group with { Cost = null } : group;

    private static async Task<Dictionary<string, string>> PersonaNamesAsync(ChatDb db, IEnumerable<string?> keys, CancellationToken ct)
    {
        var ids = keys.OfType<string>().Select(Guid.Parse).ToList();
        return await db.Personas.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id.ToString(), p => p.Name, ct);
    }
}
