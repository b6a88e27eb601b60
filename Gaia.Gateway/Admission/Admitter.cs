using Gaia.Gateway.Limits;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Decides who is asking and whether they may ask now. Whether they may do what they ask for is decided by the service that answers. For a credential that
/// this node knows nothing is waited for and nothing allocated.
/// </summary>
internal sealed class Admitter(CallerDirectory callers, TokenVerifier verifier, DevelopmentKey developmentKey, RateLimiter limiter)
{
    private readonly RateLimitPolicy anonymous = limiter.Policies[PolicyNames.Anonymous];
    private readonly RateLimitPolicy authenticated = limiter.Policies[PolicyNames.Authenticated];
    private readonly RateLimitPolicy unknown = limiter.Policies[PolicyNames.Unknown];
    private readonly RateLimitPolicy malformed = limiter.Policies[PolicyNames.Malformed];

    public async ValueTask<Verdict> JudgeAsync(Approach approach, CancellationToken ct)
    {
        var caller = callers.Anonymous;
        if (approach.ShowsCredential && !approach.Rules.IsOpen)
        {
            var found = Warm(approach) is { } credential ? await KnownAsync(credential, approach, ct) : await ColdAsync(approach, ct);
            if (found.Outcome != Outcome.Admitted)
            {
                return found;
            }

            caller = found.Caller!;
        }

        var who = caller.Quota ?? Identifier.OfAddress(approach.Address);
        var policy = approach.Rules.Policy is { } named ? limiter.Policies[named] : caller.Quota is null ? anonymous : authenticated;
        if (!limiter.TryDecide(policy, who, out var decision))
        {
            decision = await limiter.DecideAsync(policy, who);
        }

        return new(decision.IsAdmitted ? Outcome.Admitted : Outcome.Limited, caller, decision);
    }

    /// <summary>The credential that decides, if this node knows it.</summary>
    private Credential? Warm(in Approach approach) =>
        approach.ApiKey is null ? callers.Known(approach.Bearer)
        : approach.Authorization is null ? callers.Known(approach.ApiKey)
        : null;

    private async ValueTask<Verdict> KnownAsync(Credential credential, Approach approach, CancellationToken ct)
    {
        try
        {
            return await callers.FindAsync(credential, ct) is { } caller ? new(Outcome.Admitted, caller, default) : await ColdAsync(approach, ct);
        }
        catch (HttpRequestException)
        {
            return new(Outcome.Unknown, null, default);
        }
    }

    /// <summary>Goes through what is shown: a valid token wins, otherwise the key decides.</summary>
    private async ValueTask<Verdict> ColdAsync(Approach approach, CancellationToken ct)
    {
        var address = Identifier.OfAddress(approach.Address);
        try
        {
            var candidates = await CandidatesAsync(approach);
            if (candidates.Count == 0)
            {
                var nonsense = limiter.DecideAlone(malformed, address);
                return new(nonsense.IsAdmitted ? Outcome.Refused : Outcome.Limited, null, nonsense);
            }

            Decision? counted = null;
            foreach (var candidate in candidates)
            {
                // Inventing credentials must not be a way to Auth's database. An own token does not get there, and good ones are not held against an address.
                var isCharged = candidate.Kind != CredentialKind.OwnToken || limiter.IsUsedUp(unknown, address);
                if (isCharged && candidate.Caller is null && counted is null && (counted = await limiter.DecideAsync(unknown, address)) is { IsAdmitted: false } tooMany)
                {
                    return new(Outcome.Limited, null, tooMany);
                }

                if (await callers.FindAsync(candidate, ct) is { } caller)
                {
                    return new(Outcome.Admitted, caller, default);
                }
            }

            var refused = counted ?? await limiter.DecideAsync(unknown, address);
            return new(refused.IsAdmitted ? Outcome.Refused : Outcome.Limited, null, refused);
        }
        catch (HttpRequestException)
        {
            return new(Outcome.Unknown, null, default);
        }
    }

    /// <summary>The credentials shown that are worth looking up, in the order in which they count.</summary>
    private async ValueTask<IReadOnlyList<Credential>> CandidatesAsync(Approach approach)
    {
        var bearer = approach.Bearer.ToString();
        var token = bearer.Length > 0 && await verifier.KindOfAsync(bearer) is { } kind ? Candidate(bearer, kind) : null;
        var key = (approach.ApiKey ?? (token is null ? bearer : "")) is { } text && (ApiKeyText.IsWellFormed(text) || developmentKey.Is(text))
            ? Candidate(text, CredentialKind.ApiKey)
            : null;
        return (approach.Rules.PrefersKey ? (Credential?[])[key, token] : [token, key]).OfType<Credential>().ToList();
    }

    private Credential Candidate(string text, CredentialKind kind) => callers.Known(text) ?? new Credential(text, kind);
}
