using Gaia.Gateway.Services;

namespace Gaia.Gateway.Admission;

/// <summary>Loads principals that no cache has.</summary>
internal sealed class PrincipalSource
{
    private readonly AuthClient auth;
    private readonly TokenVerifier verifier;

    public PrincipalSource(AuthClient auth, TokenVerifier verifier)
    {
        (this.auth, this.verifier) = (auth, verifier);
        Load = LoadAsync;
    }

    /// <summary>One delegate for all requests.</summary>
    public Func<Credential, CancellationToken, Task<PrincipalSnapshot?>> Load { get; }

    /// <summary>Verifies an own token and remembers that its signature is good, which does not change.</summary>
    public async Task<PrincipalSnapshot?> VerifyAsync(Credential token) => token.Verified = await verifier.VerifyAsync(token.Text);

    private Task<PrincipalSnapshot?> LoadAsync(Credential credential, CancellationToken ct) => credential.Kind switch
    {
        CredentialKind.ApiKey => auth.FindByKeyAsync(credential.Hash, ct),
        CredentialKind.OwnToken => credential.Verified is { } verified ? Task.FromResult<PrincipalSnapshot?>(verified) : VerifyAsync(credential),
        _ => auth.FindByTokenAsync(credential.Text, ct),
    };
}
