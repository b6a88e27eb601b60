using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gaia;

/// <summary>
/// Decides whether an access token is one that Gaia's Auth signed and that has not expired. The same code in Auth and in every gateway. Everything that an
/// attacker may write into a header is pinned here: the algorithm is ES256, and the key is one of ours, found by its id alone (RFC 8725).
/// </summary>
public sealed class AccessTokenReader(TimeProvider clock)
{
    /// <summary>In characters. Longer than any token of ours, so that no work is put into longer ones.</summary>
    public const int LongestToken = 8_192;

    private readonly JsonWebTokenHandler tokens = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };

    /// <param name="token">What was presented.</param>
    /// <param name="issuer">Who we are.</param>
    /// <param name="findKey">Our public key of an id; null when we have none.</param>
    /// <returns>Null when the token is not ours, or no longer valid. Whether it has been revoked is for the caller to see.</returns>
    public async Task<PrincipalSnapshot?> ReadAsync(string token, string issuer, Func<string, SecurityKey?> findKey)
    {
        var result = await tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = AccessTokenClaims.Audience,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [JwtConstants.HeaderType],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, id, _) => id is { Length: > 0 } && findKey(id) is { } key ? [key] : [],
            LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
        });

        // An extension that we do not know must be understood or refused (RFC 7515, 4.1.11): we know none.
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt } && !jwt.TryGetHeaderValue<object>("crit", out _) ? SnapshotOf(jwt, result.ClaimsIdentity) : null;
    }

    /// <summary>What a token claims to be, unverified: enough to choose who should verify it. Null when it is no JWT at all.</summary>
    public static (string Issuer, string KeyId)? Peek(string token)
    {
        if (token.Length > LongestToken)
        {
            return null;
        }

        try
        {
            var jwt = new JsonWebToken(token);
            return (jwt.Issuer, jwt.Kid ?? "");
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or FormatException)
        {
            return null;
        }
    }

    private static PrincipalSnapshot? SnapshotOf(JsonWebToken jwt, ClaimsIdentity claims) =>
        Guid.TryParse(jwt.Subject, out var subject)
        && Guid.TryParse(claims.FindFirst(AccessTokenClaims.CredentialId)?.Value, out var credential)
        && long.TryParse(claims.FindFirst(AccessTokenClaims.Position)?.Value, out var position)
            ? new(new(subject, AuthType.Jwt, credential.ToString(), ScopesOf(claims), new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero), IsKeyExchange(jwt), RateLimitOf(jwt)), position)
            : null;

    private static bool IsKeyExchange(JsonWebToken jwt) =>
        jwt.TryGetPayloadValue<JsonElement>(AccessTokenClaims.UserMetadata, out var metadata)
        && metadata.ValueKind is JsonValueKind.Object
        && metadata.TryGetProperty(AccessTokenClaims.AuthSource, out var source)
        && source.ValueEquals(AccessTokenClaims.KeyExchangeSource);

    private static int? RateLimitOf(JsonWebToken jwt) => jwt.TryGetPayloadValue<int>(AccessTokenClaims.RateLimit, out var limit) ? limit : null;

    private static string[] ScopesOf(ClaimsIdentity claims) =>
        claims.FindFirst(AccessTokenClaims.Scope)?.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>No tolerance at the end: an expired token is refused in the same second. Some at the start, for a node whose clock is behind the issuer's.</summary>
    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now < expires && (notBefore is null || notBefore <= now.AddSeconds(5));
    }
}
