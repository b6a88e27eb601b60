using System.Security.Cryptography;
using System.Text;
using Gaia.Auth.Tokens;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.ExternalIssuers;

/// <summary>A valid access token of the external issuer.</summary>
/// <param name="Id">Stands for the token where it is revoked: from its signed part, so that other spellings of its signature are the same token.</param>
/// <param name="GrantedScopes">What the issuer grants beyond what all its users have, as far as it is configured to.</param>
internal sealed record ExternalToken(Guid Id, string Issuer, string Subject, string? Email, DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt, string[] GrantedScopes);

/// <summary>Validates access tokens of the external issuer as strictly as our own.</summary>
internal sealed class ExternalTokenReader(ExternalKeys keys, IOptions<ExternalIssuerOptions> options, IOptions<TokenOptions> own, TimeProvider clock)
{
    private const int LongestSubject = 256;

    private readonly JsonWebTokenHandler tokens = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = AccessTokenReader.LongestToken };

    public async Task<ExternalToken?> ReadAsync(string text, CancellationToken ct)
    {
        var foreign = options.Value;
        if (!foreign.IsConfigured || AccessTokenReader.Peek(text) is not { } claimed || claimed.Issuer == own.Value.Issuer || await keys.FindAsync(claimed.KeyId, ct) is not { } key)
        {
            return null;
        }

        var result = await tokens.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = foreign.Issuer,
            ValidateIssuer = foreign.Issuer is not null,
            ValidAudience = foreign.Audience,
            ValidAlgorithms = keys.Algorithms,
            IssuerSigningKeyResolver = (_, _, _, _) => [key],
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt } && !jwt.TryGetHeaderValue<object>("crit", out _) && jwt.Subject is { Length: > 0 and <= LongestSubject }
            ? new(IdOf(jwt), jwt.Issuer, jwt.Subject, Text(jwt, JwtRegisteredClaimNames.Email), IssuedAt(jwt), new(jwt.ValidTo, TimeSpan.Zero), ScopesOf(jwt))
            : null;
    }

    private string[] ScopesOf(JsonWebToken jwt) =>
        options.Value.ScopeClaim is { } claim && Text(jwt, claim) is { } granted
            ? [.. granted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Intersect(options.Value.GrantableScopes)]
            : [];

    private static string? Text(JsonWebToken jwt, string claim) => jwt.TryGetPayloadValue<string>(claim, out var text) ? text : null;

    private static DateTimeOffset? IssuedAt(JsonWebToken jwt) => jwt.IssuedAt == default ? null : new(jwt.IssuedAt, TimeSpan.Zero);

    private static Guid IdOf(JsonWebToken jwt) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{jwt.EncodedHeader}.{jwt.EncodedPayload}")).AsSpan(0, 16));

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now < expires && (notBefore is null || notBefore <= now.AddSeconds(5));
    }
}
