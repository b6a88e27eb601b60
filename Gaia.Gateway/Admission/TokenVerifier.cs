using Gaia.Gateway.Revocations;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Gateway.Admission;

/// <summary>Verifies access tokens of Gaia's own Auth without asking it.</summary>
internal sealed class TokenVerifier(AccessTokenReader reader, SigningKeys keys, RevocationMap revocations)
{
    /// <summary>Determines by its issuer how a token is verified; null when it is no JWT.</summary>
    /// <exception cref="HttpRequestException">The issuer name was never fetched.</exception>
    public async ValueTask<CredentialKind?> KindOfAsync(string token) =>
        AccessTokenReader.Peek(token) is not { } claim ? null
        : claim.Issuer == (await keys.GetAsync()).Issuer ? CredentialKind.OwnToken
        : CredentialKind.ExternalToken;

    /// <returns>Null when the token is not Auth's, or not valid any more.</returns>
    /// <exception cref="HttpRequestException">Auth, which is needed for the key, is unavailable.</exception>
    public async Task<PrincipalSnapshot?> VerifyAsync(string token)
    {
        // Only what looks like an id of ours is worth asking for.
        if (AccessTokenReader.Peek(token) is not { } claim || !Guid.TryParseExact(claim.KeyId, "N", out _))
        {
            return null;
        }

        var known = await keys.GetAsync();
        if (!known.Keys.ContainsKey(claim.KeyId))
        {
            known = await keys.RefreshAsync();
        }

        return await reader.ReadAsync(token, known.Issuer, id => Find(known, id));
    }

    private SecurityKey? Find(KeySet known, string id) =>
        Guid.TryParseExact(id, "N", out var holder) && !revocations.IsRevoked(holder) ? known.Keys.GetValueOrDefault(id) : null;
}
