using Gaia.Auth.Users;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.Tokens;

/// <summary>What an access token speaks of.</summary>
/// <param name="CredentialId">The session or API key that it lives and dies with.</param>
/// <param name="AsOf">The revocation position read before anything else here was.</param>
/// <param name="Source">How the user proved who it is, as <see cref="AccessTokenClaims.AuthSource"/> says it.</param>
/// <param name="NotAfter">When the credential itself ends, if it does.</param>
/// <param name="RateLimit">Requests per minute that the credential has of its own, if it does.</param>
internal sealed record AccessTokenGrant(UserView User, Guid CredentialId, IReadOnlyList<string> Scopes, long AsOf, string Source, DateTimeOffset? NotAfter = null, int? RateLimit = null);

/// <param name="ExpiresIn">Seconds.</param>
internal sealed record AccessToken(string Text, int ExpiresIn, DateTimeOffset ExpiresAt);

/// <summary>Signs access tokens.</summary>
internal sealed class AccessTokenIssuer(SigningKeyRing keys, IOptions<TokenOptions> options, TimeProvider clock)
{
    // What client libraries expect to find there, whoever the user is.
    private const string RoleOfUsers = "authenticated";

    private readonly JsonWebTokenHandler tokens = new() { SetDefaultTimesOnTokenCreation = false };

    public async Task<AccessToken> IssueAsync(AccessTokenGrant grant, CancellationToken ct)
    {
        // Whole seconds, as the token has them.
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var expiry = now + options.Value.AccessTokenLifetime;
        if (grant.NotAfter < expiry)
        {
            expiry = grant.NotAfter.Value;
        }

        var signer = (await keys.GetAsync(ct)).SignerAt(clock.GetUtcNow()) ?? throw new InvalidOperationException("No signing key is in force.");
        var text = tokens.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Issuer,
            Audience = AccessTokenClaims.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expiry.UtcDateTime,
            Claims = ClaimsOf(grant),
            SigningCredentials = signer.Signer,
        });
        return new(text, (int)(expiry - now).TotalSeconds, expiry);
    }

    private static Dictionary<string, object> ClaimsOf(AccessTokenGrant grant)
    {
        var metadata = new Dictionary<string, object> { [AccessTokenClaims.AuthSource] = grant.Source };
        if (grant.User.Name is { } name)
        {
            metadata["name"] = name;
        }

        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7().ToString(),
            [JwtRegisteredClaimNames.Sub] = grant.User.Id.ToString(),
            [AccessTokenClaims.UserId] = grant.User.Id.ToString(),
            [AccessTokenClaims.Role] = RoleOfUsers,
            [AccessTokenClaims.CredentialId] = grant.CredentialId.ToString(),
            [AccessTokenClaims.Scope] = string.Join(' ', grant.Scopes),
            [AccessTokenClaims.Position] = grant.AsOf,
            [AccessTokenClaims.UserMetadata] = metadata,
        };
        if (grant.User.Email is { } email)
        {
            claims[JwtRegisteredClaimNames.Email] = email;
        }

        if (grant.RateLimit is { } limit)
        {
            claims[AccessTokenClaims.RateLimit] = limit;
        }

        return claims;
    }
}
