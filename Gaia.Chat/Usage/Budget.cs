using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Errors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Usage;

/// <summary>
/// Lets a user's calls begin only while the day's budget covers what they take at worst, all together and on all nodes: that much is held from before a call
/// until it is known what the call took, so that calls at the same time cannot spend the same rest of a budget.
/// </summary>
internal sealed class Budget(ChatDb db, IOptions<BudgetOptions> options, TimeProvider clock)
{
    /// <summary>Longer than any answer takes. What was held by a node that died counts no more after that.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromHours(1);

    // No text that people write has twice as many tokens as are estimated.
    private const int SafetyFactor = 2;

    private readonly BudgetOptions limits = options.Value;

    /// <summary>Reserves what a call may take; null when nothing limits the user.</summary>
    /// <param name="answers">How many answers the model is asked for.</param>
    /// <param name="asked">Gets a limit for the answer when it has none.</param>
    /// <exception cref="ChatException">What is left of the budget does not cover the call.</exception>
    public async Task<BudgetReservation?> ReserveAsync(UsageSource source, Responder responder, IReadOnlyList<ChatMessage> prompt, ChatOptions asked, int answers, CancellationToken ct)
    {
        if (!limits.IsLimited)
        {
            return null;
        }

        if (responder.Candidates.FirstOrDefault(model => model.Price is null) is { } unpriced)
        {
            RequirePrice(unpriced.Id);
        }

        asked.MaxOutputTokens ??= limits.AnswerTokens;
        var now = clock.GetUtcNow();
        var held = WorstCase(responder, SafetyFactor * (prompt.Sum(TokenEstimate.Of) + TokenEstimate.Of(asked)), answers * (long)asked.MaxOutputTokens.Value, source, now);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await AdmitAsync(held, now, ct);
        db.Add(held);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new(held.Id, held.Day);
    }

    /// <summary>Counts a call whose price is known before it is made; once, however often it is told.</summary>
    /// <param name="isTrial">Nothing is counted.</param>
    /// <exception cref="ChatException">What is left of the budget does not cover the call.</exception>
    public async Task ChargeAsync(UsageRecord call, bool isTrial, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Usage.AnyAsync(u => u.Id == call.Id, ct))
        {
            return;
        }

        if (call.Cost is null)
        {
            RequirePrice(call.Model);
        }

        await AdmitAsync(call, clock.GetUtcNow(), ct);
        if (!isTrial)
        {
            db.Add(call);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
    }

    /// <summary>A user's budget as it stands; null when nothing limits them.</summary>
    public async Task<BudgetOfDay?> GetUsedTodayAsync(Guid user, CancellationToken ct) => limits.IsLimited ? await GetRemainingAsync(user, ct) : null;

    /// <summary>One call after the other, whichever node they come to, until the transaction ends: each sees what those before it take.</summary>
    /// <exception cref="ChatException">What is left does not cover it.</exception>
    private async Task AdmitAsync(UsageRecord call, DateTimeOffset now, CancellationToken ct)
    {
        if (!limits.IsLimited)
        {
            return;
        }

        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({call.UserId.ToString()}, 0))", ct);
        var left = await GetRemainingAsync(call.UserId, ct);
        if (left.TokensLeft < call.PromptTokens + call.CompletionTokens || left.DollarsLeft < call.Cost)
        {
            throw new ChatException(StatusCodes.Status429TooManyRequests, "insufficient_quota", Explain(left, call)) { RetryAfter = now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime };
        }
    }

    private async Task<BudgetOfDay> GetRemainingAsync(Guid user, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var taken = await db.Usage
            .Where(u => u.UserId == user && u.Day == today && (u.HeldUntil == null || u.HeldUntil > now))
            .GroupBy(u => u.UserId)
            .Select(all => new { Tokens = all.Sum(u => u.PromptTokens + u.CompletionTokens), Dollars = all.Sum(u => u.Cost) ?? 0 })
            .SingleOrDefaultAsync(ct);
        return new(limits.TokensPerDay, limits.TokensPerDay - (taken?.Tokens ?? 0), limits.DollarsPerDay, limits.DollarsPerDay - (taken?.Dollars ?? 0));
    }

    /// <exception cref="ChatException">Nobody knows what the call costs, so that a budget in dollars could not hold.</exception>
    private void RequirePrice(string model)
    {
        if (limits.DollarsPerDay is not null && !limits.AllowsUnpriced)
        {
            throw new ChatException(
                StatusCodes.Status403Forbidden,
                "model_without_price",
                $"Model \"{model}\" has no price, and a budget in US dollars is set (BUDGET_USD). Add its price, or set BUDGET_UNPRICED=allow.",
                "model");
        }
    }

    private static UsageRecord WorstCase(Responder responder, int promptTokens, long answerTokens, UsageSource source, DateTimeOffset now) => new()
    {
        UserId = source.UserId,
        ApiKeyId = source.ApiKeyId,
        Route = source.Route,
        Day = DateOnly.FromDateTime(now.UtcDateTime),
        Model = responder.Candidates[0].Id,
        Provider = responder.Candidates[0].Provider.Name,
        PersonaId = responder.Persona?.Id,
        PromptTokens = promptTokens,
        CompletionTokens = answerTokens,
        IsEstimated = true,

        // Whoever answers in the first one's place may be dearer.
        Cost = responder.Candidates.Max(model => model.Price?.Of(promptTokens, answerTokens) ?? 0),
        HeldUntil = now + LongestCall,
    };

    private static string Explain(BudgetOfDay left, UsageRecord held) => left.TokensLeft is { } tokens && tokens < held.PromptTokens + held.CompletionTokens
        ? FormattableString.Invariant($"Today's budget has {Math.Max(0, tokens)} tokens left, and this call may take {held.PromptTokens + held.CompletionTokens}")
        : FormattableString.Invariant($"Today's budget has {Math.Max(0, left.DollarsLeft ?? 0)} US dollars left, and this call may cost {held.Cost}");
}

/// <summary>What one user may use up today, and what is left of it; null where nothing limits them.</summary>
internal sealed record BudgetOfDay(long? TokensPerDay, long? TokensLeft, decimal? DollarsPerDay, decimal? DollarsLeft);
