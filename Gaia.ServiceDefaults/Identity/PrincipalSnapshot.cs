namespace Gaia;

/// <summary>Who stands behind a credential, and when that was true.</summary>
/// <param name="AsOf">The revocation position known when the credential was issued or looked up: a later <see cref="Revocation"/> of its subject or credential ends it.</param>
public sealed record PrincipalSnapshot(Principal Principal, long AsOf);
