namespace Gaia;

/// <summary>
/// The end of everything that was derived from <paramref name="Holder"/> before <paramref name="Position"/>: a snapshot whose subject or credential is the
/// holder is over when its <see cref="PrincipalSnapshot.AsOf"/> is lower. Published on <see cref="Subject"/> and answered by Auth.
/// </summary>
/// <param name="Version">Of this message's form: <see cref="CurrentVersion"/>.</param>
/// <param name="Position">Counts all revocations in the order in which they were committed, from 1, without gaps.</param>
/// <param name="Holder">A user, a session, an API key, a foreign token, or a signing key.</param>
/// <param name="Reason">One of <see cref="RevocationReason"/>.</param>
/// <param name="ForgetAt">From then on nothing that the revocation could concern is valid anyway.</param>
public sealed record Revocation(int Version, long Position, Guid Holder, string Reason, DateTimeOffset RevokedAt, DateTimeOffset ForgetAt)
{
    public const int CurrentVersion = 1;

    /// <summary>The NATS subject.</summary>
    public const string Subject = "gaia.auth.revoked";

    /// <summary>The JetStream stream that keeps it.</summary>
    public const string Stream = "GAIA_AUTH";
}

public static class RevocationReason
{
    public const string SignedOut = "signed_out";
    public const string PasswordChanged = "password_changed";
    public const string RefreshReused = "refresh_reused";
    public const string KeyRevoked = "key_revoked";
    public const string KeyChanged = "key_changed";
    public const string UserDisabled = "user_disabled";
    public const string ScopesChanged = "scopes_changed";

    /// <summary>The holder is a signing key that may be in wrong hands: nothing signed with it is believed any longer.</summary>
    public const string SigningKeyWithdrawn = "signing_key_withdrawn";
}

/// <summary>The live revocations after a position.</summary>
/// <param name="Position">The last one taken when this was true.</param>
public sealed record RevocationPage(long Position, IReadOnlyList<Revocation> Revocations);
