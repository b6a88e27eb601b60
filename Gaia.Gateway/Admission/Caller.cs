using Gaia.Gateway.Limits;

namespace Gaia.Gateway.Admission;

/// <summary>A resolved caller, with what the gateway derives from it once and uses for many requests.</summary>
internal sealed class Caller
{
    private volatile int checkedAt = -1;

    public Caller(PrincipalSnapshot snapshot)
    {
        Snapshot = snapshot;
        CredentialId = Guid.TryParse(snapshot.Principal.CredentialId, out var id) ? id : null;
        Quota = snapshot.Principal switch
        {
            { AuthType: AuthType.ApiKey } when CredentialId is { } key => Identifier.OfKey(key),
            { Subject: { } user } => Identifier.OfUser(user),
            _ => null,
        };
    }

    public PrincipalSnapshot Snapshot { get; }

    public Principal Principal => Snapshot.Principal;

    public Guid? CredentialId { get; }

    /// <summary>Whose quota requests count against; null: the address they come from.</summary>
    public Identifier? Quota { get; }

    /// <summary>The last word on this caller that the gateway gave to services.</summary>
    public Identity? Identity { get; set; }

    public bool HasExpired(DateTimeOffset now) => Principal.ExpiresAt <= now;

    /// <summary>Whether it was found not to be over when the revocations were at this epoch.</summary>
    public bool HoldsAt(int epoch) => checkedAt == epoch;

    public void HeldAt(int epoch) => checkedAt = epoch;
}
