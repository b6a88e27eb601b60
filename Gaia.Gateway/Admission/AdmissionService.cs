using Gaia.Gateway.Limits;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Authenticates a request and applies the rate limit; the service that answers it authorizes. With a credential that this node knows, it neither awaits nor
/// allocates anything.
/// </summary>
internal sealed class AdmissionService(CallerDirectory callers, TokenVerifier verifier, DevelopmentKeyMatcher developmentKey, RateLimiter limiter)
{
    private readonly RateLimitPolicy anonymous = limiter.Policies[PolicyNames.Anonymous];
    private readonly RateLimitPolicy authenticated = limiter.Policies[PolicyNames.Authenticated];
    private readonly RateLimitPolicy unknown = limiter.Policies[PolicyNames.Unknown];
    private readonly RateLimitPolicy malformed = limiter.Policies[PolicyNames.Malformed];

    public async ValueTask<AdmissionResult> AdmitAsync(RequestCredentials credentials, CancellationToken ct)
    {
        var caller = callers.Anonymous;
        if (credentials.ShowsCredential && !credentials.Rules.IsOpen)
        {
            var found = Warm(credentials) is { } credential ? await KnownAsync(credential, credentials, ct) : await ColdAsync(credentials, ct);
            if (found.Outcome != AdmissionOutcome.Admitted)
            {
                return found;
            }

            caller = found.Caller!;
        }

        var who = caller.Quota ?? Identifier.OfAddress(credentials.Address);
        var policy = credentials.Rules.Policy is { } named ? limiter.Policies[named] : caller.Quota is null ? anonymous : authenticated;
        Decision? ofKey = null;
        if (caller is { KeyLimit: { } limit, CredentialId: { } key })
        {
            ofKey = await DecideAsync(limiter.OfKeys(limit), Identifier.OfKey(key));
            if (ofKey is { IsAdmitted: false } tooMany)
            {
                return new(AdmissionOutcome.Limited, caller, tooMany);
            }
        }

        var decision = await DecideAsync(policy, who);

        // The headers tell what is used up first.
        return new(
            decision.IsAdmitted ? AdmissionOutcome.Admitted : AdmissionOutcome.Limited,
            caller,
            decision.IsAdmitted && ofKey is { } lower && lower.Remaining < decision.Remaining ? lower : decision);
    }

    private ValueTask<Decision> DecideAsync(RateLimitPolicy policy, Identifier who) =>
        limiter.TryDecide(policy, who, out var decision) ? new(decision) : limiter.DecideAsync(policy, who);

    /// <summary>The credential that decides, if this node knows it.</summary>
    private Credential? Warm(in RequestCredentials credentials) =>
        credentials.ApiKey is null ? callers.Known(credentials.Bearer)
        : credentials.Authorization is null ? callers.Known(credentials.ApiKey)
        : null;

    private async ValueTask<AdmissionResult> KnownAsync(Credential credential, RequestCredentials credentials, CancellationToken ct)
    {
        try
        {
            return await callers.FindAsync(credential, ct) is { } caller ? new(AdmissionOutcome.Admitted, caller, default) : await ColdAsync(credentials, ct);
        }
        catch (HttpRequestException)
        {
            return new(AdmissionOutcome.Unknown, null, default);
        }
    }

    /// <summary>Tries the credentials in order: a valid token wins, otherwise the key decides.</summary>
    private async ValueTask<AdmissionResult> ColdAsync(RequestCredentials credentials, CancellationToken ct)
    {
        var address = Identifier.OfAddress(credentials.Address);
        try
        {
            var candidates = await CandidatesAsync(credentials);
            if (candidates.Count == 0)
            {
                var decision = limiter.DecideAlone(malformed, address);
                return new(decision.IsAdmitted ? AdmissionOutcome.Refused : AdmissionOutcome.Limited, null, decision);
            }

            Decision? counted = null;
            foreach (var candidate in candidates)
            {
                // Invented credentials must not each cost a query in Auth. Own tokens need none, and valid credentials do not count towards the address.
                var isCharged = candidate.Kind != CredentialKind.OwnToken || limiter.IsUsedUp(unknown, address);
                if (isCharged && candidate.Caller is null && counted is null && (counted = await limiter.DecideAsync(unknown, address)) is { IsAdmitted: false } tooMany)
                {
                    return new(AdmissionOutcome.Limited, null, tooMany);
                }

                if (await callers.FindAsync(candidate, ct) is { } caller)
                {
                    return new(AdmissionOutcome.Admitted, caller, default);
                }
            }

            var refused = counted ?? await limiter.DecideAsync(unknown, address);
            return new(refused.IsAdmitted ? AdmissionOutcome.Refused : AdmissionOutcome.Limited, null, refused);
        }
        catch (HttpRequestException)
        {
            return new(AdmissionOutcome.Unknown, null, default);
        }
    }

    /// <summary>The credentials of the request that are well-formed, in order of precedence.</summary>
    private async ValueTask<IReadOnlyList<Credential>> CandidatesAsync(RequestCredentials credentials)
    {
        var bearer = credentials.Bearer.ToString();
        var token = bearer.Length > 0 && await verifier.KindOfAsync(bearer) is { } kind ? Candidate(bearer, kind) : null;
        var key = (credentials.ApiKey ?? (token is null ? bearer : "")) is { } text && (ApiKeyText.IsWellFormed(text) || developmentKey.Is(text))
            ? Candidate(text, CredentialKind.ApiKey)
            : null;
        return (credentials.Rules.PrefersKey ? (Credential?[])[key, token] : [token, key]).OfType<Credential>().ToList();
    }

    private Credential Candidate(string text, CredentialKind kind) => callers.Known(text) ?? new Credential(text, kind);
}
