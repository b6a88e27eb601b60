using Gaia.Gateway.Limits;

namespace Gaia.Gateway.Admission;

/// <summary>A resolved caller, with what the gateway derives from it once and uses for many requests.</summary>
internal sealed class Caller
{
    private volatile int checkedAt = -1;
    private Caller? restricted;

    public Caller(PrincipalSnapshot snapshot, Credential? credential = null)
    {
        (Snapshot, Credential) = (snapshot, credential);
        CredentialId = Guid.TryParse(snapshot.Principal.CredentialId, out var id) ? id : null;
        Quota = snapshot.Principal.Subject is { } user ? Identifier.OfUser(user) : null;
    }

    public PrincipalSnapshot Snapshot { get; }

    /// <summary>The credential that the caller was resolved from; null for an anonymous one.</summary>
    public Credential? Credential { get; }

    public Principal Principal => Snapshot.Principal;

    public Guid? CredentialId { get; }

    /// <summary>Whose quota requests count against: the user's, whatever number of keys and sessions they have. Null: the address they come from.</summary>
    public Identifier? Quota { get; }

    /// <summary>Requests per minute that the API key has of its own, within the user's quota; null for any other caller.</summary>
    public int? KeyLimit => CredentialId is null ? null : Principal.RateLimit;

    /// <summary>Whether the credential may have been revoked.</summary>
    public bool IsRestricted { get; private init; }

    /// <summary>The same caller while nobody can say whether the credential has been revoked: with the scope chat at most.</summary>
    public Caller Restricted => restricted ??=
        new(Snapshot with { Principal = Principal with { Scopes = [.. Principal.Scopes.Where(scope => scope == Scopes.Chat)] } }, Credential) { IsRestricted = true };

    /// <summary>The last identity of this caller that was sent to services.</summary>
    public Identity? Identity { get; set; }

    public bool HasExpired(DateTimeOffset now) => Principal.ExpiresAt <= now;

    /// <summary>Whether it was found not to be over when the revocations were at this epoch.</summary>
    public bool HoldsAt(int epoch) => checkedAt == epoch;

    public void HeldAt(int epoch) => checkedAt = epoch;
}
