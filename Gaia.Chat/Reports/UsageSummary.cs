using System.Linq.Expressions;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Reports;

/// <summary>What all calls of a time took.</summary>
/// <param name="By">One of <see cref="UsageDimension"/>.</param>
/// <param name="From">First day, in UTC.</param>
/// <param name="To">Last day.</param>
/// <param name="Groups">The dearest first, days in their order.</param>
/// <param name="Truncated">There are more groups than were asked for; <paramref name="Total"/> counts them all.</param>
internal sealed record UsageSummary(string By, DateOnly From, DateOnly To, IReadOnlyList<UsageGroup> Groups, UsageSum Total, bool Truncated);

/// <param name="Key">The model, route or day, or the id of the user, API key or persona; null for calls that have none.</param>
/// <param name="Name">Of a persona.</param>
internal sealed record UsageGroup(
    string? Key, string? Name, int Calls, long InputTokens, long OutputTokens, long CachedTokens, long ReasoningTokens, decimal? Cost, int UnpricedCalls)
    : UsageSum(Calls, InputTokens, OutputTokens, CachedTokens, ReasoningTokens, Cost, UnpricedCalls)
{
    public static readonly Expression<Func<IGrouping<string?, UsageRecord>, UsageGroup>> From = g => new(
        g.Key,
        null,
        g.Count(),
        g.Sum(u => u.PromptTokens),
        g.Sum(u => u.CompletionTokens),
        g.Sum(u => u.CachedTokens),
        g.Sum(u => u.ReasoningTokens),
        g.Sum(u => u.Cost),
        g.Count(u => u.Cost == null));
}

/// <param name="CachedTokens">Of the input, those that the provider had in its cache.</param>
/// <param name="ReasoningTokens">Of the output, those of reasoning.</param>
/// <param name="Cost">US dollars of the calls that have a price; null when none has.</param>
/// <param name="UnpricedCalls">Calls of models without a price: what they cost is not known.</param>
internal record UsageSum(int Calls, long InputTokens, long OutputTokens, long CachedTokens, long ReasoningTokens, decimal? Cost, int UnpricedCalls)
{
    public static UsageSum None { get; } = new(0, 0, 0, 0, 0, null, 0);
}
