namespace Gaia;

/// <summary>
/// A service other than Chat is about to ask a model for something: Chat, which keeps everyone's usage and budgets, is asked first, on NATS, and answers with a
/// <see cref="UsageDecision"/>. Asked again under the same id, it counts once.
/// </summary>
/// <param name="Version">Of this message's form: <see cref="CurrentVersion"/>.</param>
/// <param name="Id">Of the call.</param>
/// <param name="UserId">Whose budget it is taken from.</param>
/// <param name="Tokens">What it counts as.</param>
/// <param name="Cost">US dollars; null when that is not known.</param>
/// <param name="IsTrial">Only whether the budget covers it: nothing is counted.</param>
public sealed record UsageCharge(int Version, Guid Id, Guid UserId, string Model, string Provider, long Tokens, decimal? Cost, bool IsTrial)
{
    public const int CurrentVersion = 1;

    public const string Subject = "gaia.usage.charge";
}

/// <summary>A call that was charged cost nothing: the provider did not answer it. Answered by an empty message.</summary>
public sealed record UsageRefund(int Version, Guid Id)
{
    public const int CurrentVersion = 1;

    public const string Subject = "gaia.usage.refund";
}

/// <param name="Reason">Why not, for the user.</param>
/// <param name="RetryAfter">Seconds until the next day's budget.</param>
public sealed record UsageDecision(bool IsGranted, string? Reason = null, int? RetryAfter = null);
