using Gaia.Caching;
using Gaia.Gateway.Revocations;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Resolves a credential to its caller: from memory, from Redis, by the token's signature, or from Auth. Whatever the source, expired and revoked credentials
/// are rejected.
/// </summary>
internal sealed class CallerDirectory(
    [FromKeyedServices(AuthRegions.JwtName)] RegionCache<Credential, PrincipalSnapshot> tokens,
    [FromKeyedServices(AuthRegions.ApiKeyName)] RegionCache<Credential, PrincipalSnapshot> apiKeys,
    PrincipalSource source,
    TokenVerifier verifier,
    CredentialCache memo,
    RevocationMap revocations,
    RevocationCheck check,
    TimeProvider time)
{
    private const int Attempts = 2;

    public Caller Anonymous { get; } = new(new(Principal.Anonymous, 0));

    /// <summary>A credential that was valid when this node last saw it.</summary>
    public Credential? Known(ReadOnlySpan<char> text) => memo.Find(text);

    /// <returns>Null when the credential is not valid, or not any more. Restricted when it may have been revoked, which <c>REGION_AUTH</c> allows.</returns>
    /// <exception cref="HttpRequestException">Auth would have to be asked and does not answer.</exception>
    public async ValueTask<Caller?> FindAsync(Credential credential, CancellationToken ct)
    {
        var isCurrent = check.IsCurrent || await check.EnsureCurrentAsync();

        // A token with a wrong signature must not get as far as Redis.
        if (credential is { Kind: CredentialKind.OwnToken, Verified: null } && await source.VerifyAsync(credential) is null)
        {
            return null;
        }

        var region = credential.Kind == CredentialKind.ApiKey ? apiKeys : tokens;
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = (await region.GetAsync(credential, source.Load, ct)).Value;
            if (snapshot is null || snapshot.Principal.ExpiresAt <= time.GetUtcNow())
            {
                break;
            }

            var caller = credential.Caller is { } last && ReferenceEquals(last.Snapshot, snapshot) ? last : new Caller(snapshot, credential);
            if (caller.HoldsAt(revocations.Epoch) || await HoldsAsync(credential, caller))
            {
                if (caller != credential.Caller)
                {
                    credential.Caller = caller;
                    memo.Add(credential);
                }

                return isCurrent ? caller : caller.Restricted;
            }

            if (credential.Kind == CredentialKind.OwnToken)
            {
                break;
            }

            if (attempt == Attempts)
            {
                throw new HttpRequestException("Auth's answers are older than what it has revoked.");
            }

            // The scopes of a key can change: Auth is asked for the current ones. This node drops its entry at once; other nodes apply the revocation
            // themselves, so that no request waits for NATS, which may be unavailable.
            _ = region.InvalidateAsync(credential, ct: CancellationToken.None).AsTask();
        }

        memo.Remove(credential);
        return null;
    }

    /// <summary>Whether a revocation that this node knows of ends what the caller was resolved from.</summary>
    public bool IsRevoked(Caller caller)
    {
        var asOf = caller.Snapshot.AsOf;
        return (caller.Principal.Subject is { } subject && revocations.IsOver(subject, asOf)) || (caller.CredentialId is { } id && revocations.IsOver(id, asOf));
    }

    private async ValueTask<bool> HoldsAsync(Credential credential, Caller caller)
    {
        var asOf = caller.Snapshot.AsOf;
        if (asOf > revocations.Position)
        {
            await check.ReachAsync(asOf);
        }

        var epoch = revocations.Epoch;
        if (IsRevoked(caller)
            || (credential.Kind == CredentialKind.OwnToken && asOf < revocations.KeysWithdrawnAt && await verifier.VerifyAsync(credential.Text) is null))
        {
            return false;
        }

        caller.HeldAt(epoch);
        return true;
    }
}
