using Gaia.Caching;
using Gaia.Chat.Errors;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Budgets;

/// <summary>
/// Reserves the largest possible usage of a call in every hard budget that counts it, on all nodes, and refuses the call when one does not cover it. The
/// reservation lasts until the usage is known, so that concurrent calls cannot spend the same remainder.
/// </summary>
internal sealed class BudgetService(ChatDb db, RegionCache<string, BudgetLimits> budgets, UsageSignal recorded, IOptions<BudgetOptions> options, TimeProvider clock)
{
    /// <summary>Longer than any answer takes. After that, the reservation of a node that crashed no longer counts.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromHours(1);

    // No text that people write has twice as many tokens as are estimated.
    private const int SafetyFactor = 2;

    private readonly BudgetOptions settings = options.Value;

    /// <summary>Reserves the largest possible usage of a call; null when no budget limits it.</summary>
    /// <param name="answers">How many answers the model is asked for.</param>
    /// <param name="asked">Gets a limit for the answer when it has none.</param>
    /// <param name="audio">What a call that hears or speaks takes at most.</param>
    /// <exception cref="ChatException">What is left of a budget does not cover the call.</exception>
    public async Task<BudgetReservation?> ReserveAsync(
        UsageSource source, Responder responder, IReadOnlyList<ChatMessage> prompt, ChatOptions asked, int answers, CancellationToken ct, AudioLength? audio = null)
    {
        var limits = await FindAsync(source, responder.Persona?.Id, ct);
        if (limits is [])
        {
            return null;
        }

        if (responder.Candidates.FirstOrDefault(model => model.Price is null) is { } unpriced)
        {
            RequirePrice(unpriced.Id, limits);
        }

        asked.MaxOutputTokens ??= settings.AnswerTokens;
        var now = clock.GetUtcNow();
        var (promptTokens, answerTokens) = (SafetyFactor * (prompt.Sum(TokenEstimate.Of) + TokenEstimate.Of(asked)), answers * (long)asked.MaxOutputTokens.Value);

        // A fallback may be more expensive than the first candidate.
        var cost = responder.Candidates.Max(model => model.Price?.Of(promptTokens, answerTokens, audio: audio) ?? 0);
        var held = Hold(responder, promptTokens, answerTokens, cost, source, now);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await AdmitAsync(held, limits, now, ct);
        db.Add(held);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new(held.Id, held.Day);
    }

    /// <summary>Charges a call whose price is known before it is made. Idempotent.</summary>
    /// <param name="isTrial">Checks only, and charges nothing.</param>
    /// <exception cref="ChatException">What is left of a budget does not cover the call.</exception>
    public async Task ChargeAsync(UsageRecord call, bool isTrial, CancellationToken ct)
    {
        var limits = await FindAsync(new(call.UserId, call.ApiKeyId, call.Route), call.PersonaId, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Usage.AnyAsync(u => u.Id == call.Id, ct))
        {
            return;
        }

        if (call.Cost is null)
        {
            RequirePrice(call.Model, limits);
        }

        await AdmitAsync(call, limits, clock.GetUtcNow(), ct);
        if (!isTrial)
        {
            db.Add(call);
            db.RecordCharge(call);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            recorded.Set();
        }
    }

    /// <summary>The budget that the settings give a user, as it stands; null when they give none.</summary>
    public async Task<BudgetOfDay?> GetUsedTodayAsync(Guid user, CancellationToken ct)
    {
        if (OfSettings(user) is not { } limit)
        {
            return null;
        }

        var left = await GetRemainingAsync(limit, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), ct);
        return new(limit.Tokens, left.Tokens, limit.Dollars, left.Dollars);
    }

    private BudgetLimit? OfSettings(Guid user) => settings.IsLimited
        ? new(Id: null, BudgetScope.User, user, BudgetPeriod.Day, settings.DollarsPerDay, settings.TokensPerDay, IsHard: true)
        : null;

    /// <summary>The hard budgets that count a call.</summary>
    private async Task<List<BudgetLimit>> FindAsync(UsageSource source, Guid? persona, CancellationToken ct)
    {
        var known = (await budgets.GetAsync(BudgetCache.Key, ct)).Value?.All ?? [];
        List<BudgetLimit> limits = [.. known.Where(limit => limit.IsHard && limit.Counts(source, persona))];
        if (OfSettings(source.UserId) is { } own)
        {
            limits.Add(own);
        }

        return limits;
    }

    /// <summary>Locks the budgets on all nodes until the transaction ends, so that each call sees the reservations of those before it.</summary>
    /// <exception cref="ChatException">What is left does not cover it.</exception>
    private async Task AdmitAsync(UsageRecord call, IReadOnlyList<BudgetLimit> limits, DateTimeOffset now, CancellationToken ct)
    {
        // In the same order on all nodes, which rules out deadlocks.
        foreach (var name in limits.Select(limit => limit.LockName).Order(StringComparer.Ordinal))
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", ct);
        }

        foreach (var limit in limits)
        {
            var left = await GetRemainingAsync(limit, call.Day, ct);
            if (left.Tokens < call.PromptTokens + call.CompletionTokens || left.Dollars < call.Cost)
            {
                throw new ChatException(StatusCodes.Status429TooManyRequests, "insufficient_quota", Explain(limit, left, call))
                {
                    RetryAfter = limit.EndOf(call.Day).ToDateTime(TimeOnly.MinValue) - now.UtcDateTime,
                    BudgetId = limit.Id,
                };
            }
        }
    }

    private async Task<(long? Tokens, decimal? Dollars)> GetRemainingAsync(BudgetLimit limit, DateOnly day, CancellationToken ct)
    {
        var use = await BudgetUse.OfAsync(limit.CallsAround(db.Usage, day), clock.GetUtcNow(), ct);
        return (limit.Tokens - use.Tokens - use.ReservedTokens, limit.Dollars - use.Dollars - use.ReservedDollars);
    }

    /// <exception cref="ChatException">The model has no price, so that a budget in dollars cannot be checked.</exception>
    private void RequirePrice(string model, IReadOnlyList<BudgetLimit> limits)
    {
        if (!settings.AllowsUnpriced && limits.FirstOrDefault(limit => limit.Dollars is not null) is { } limit)
        {
            var which = limit.Id is null ? "a budget in US dollars is set (BUDGET_USD)" : $"\"{limit}\" is in US dollars";
            throw new ChatException(
                StatusCodes.Status403Forbidden,
                "model_without_price",
                $"Model \"{model}\" has no price, and {which}. Add its price, or set BUDGET_UNPRICED=allow.",
                "model")
            { BudgetId = limit.Id };
        }
    }

    private static UsageRecord Hold(Responder responder, int promptTokens, long answerTokens, decimal cost, UsageSource source, DateTimeOffset now) => new()
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
        Cost = cost,
        HeldUntil = now + LongestCall,
    };

    private static string Explain(BudgetLimit limit, (long? Tokens, decimal? Dollars) left, UsageRecord held) =>
        left.Tokens is { } tokens && tokens < held.PromptTokens + held.CompletionTokens
            ? FormattableString.Invariant($"{limit} has {Math.Max(0, tokens)} tokens left, and this call may take {held.PromptTokens + held.CompletionTokens}")
            : FormattableString.Invariant($"{limit} has {Math.Max(0, left.Dollars ?? 0)} US dollars left, and this call may cost {held.Cost}");
}

/// <summary>The budget of one user for today, and what is left of it; null where there is no limit.</summary>
internal sealed record BudgetOfDay(long? TokensPerDay, long? TokensLeft, decimal? DollarsPerDay, decimal? DollarsLeft);
