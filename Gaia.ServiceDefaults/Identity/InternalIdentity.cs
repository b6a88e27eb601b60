using System.Security.Claims;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gaia;

/// <summary>The signed, short-lived word of the gateway on who is calling; a service believes nothing else.</summary>
public sealed class InternalIdentity
{
    public const string Header = "X-Gaia-Identity";

    private const string Issuer = "gaia-gateway";
    private const string Audience = "gaia-internal";
    private const string AuthTypeClaim = "auth_type";
    private const string CredentialClaim = "credential_id";
    private const string ScopeClaim = "scope";
    private const string CredentialExpiryClaim = "credential_exp";
    private const string KeyExchangeClaim = "key_exchange";

    private readonly JsonWebTokenHandler tokens = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };
    private readonly TimeProvider clock;
    private readonly TimeSpan lifetime;
    private readonly SigningCredentials signing;
    private readonly TokenValidationParameters validation;
    private readonly ReadIdentities read = new();

    public InternalIdentity(IOptions<IdentityOptions> options, TimeProvider clock)
    {
        this.clock = clock;
        lifetime = options.Value.Lifetime;
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Value.Key));
        signing = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        validation = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
        };
    }

    /// <summary>What two machines of one deployment may disagree about the time.</summary>
    private static TimeSpan Skew { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Signs what the gateway has found out about a caller. Never outlives the caller's own credential.</summary>
    public string Mint(Principal principal)
    {
        var now = clock.GetUtcNow();
        var expiry = now + lifetime;
        var claims = new Dictionary<string, object>
        {
            [AuthTypeClaim] = principal.AuthType.ToString(),
            [ScopeClaim] = string.Join(' ', principal.Scopes),
        };
        if (principal.Subject is { } subject)
        {
            claims[JwtRegisteredClaimNames.Sub] = subject.ToString();
        }

        if (principal.CredentialId is { } credential)
        {
            claims[CredentialClaim] = credential;
        }

        if (principal.IsKeyExchange)
        {
            claims[KeyExchangeClaim] = true;
        }

        if (principal.ExpiresAt is { } end)
        {
            claims[CredentialExpiryClaim] = end.ToUnixTimeSeconds();
            expiry = end < expiry ? end : expiry;
        }

        return tokens.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expiry.UtcDateTime,
            Claims = claims,
            SigningCredentials = signing,
        });
    }

    /// <summary>The caller that a token speaks of; null when the token is not the gateway's, or no longer valid.</summary>
    public async Task<Principal?> ReadAsync(string token)
    {
        // A gateway sends the same one with every request of a caller until it mints the next.
        if (read.Find(token) is { } known)
        {
            return IsCurrent(known.NotBefore, known.Expires) ? known.Principal : null;
        }

        var result = await tokens.ValidateTokenAsync(token, validation);
        if (!result.IsValid || PrincipalOf(result.ClaimsIdentity) is not { } principal)
        {
            return null;
        }

        read.Keep(token, new(principal, result.SecurityToken.ValidFrom, result.SecurityToken.ValidTo));
        return principal;
    }

    private static Principal? PrincipalOf(ClaimsIdentity claims)
    {
        if (!Enum.TryParse<AuthType>(claims.FindFirst(AuthTypeClaim)?.Value, out var authType))
        {
            return null;
        }

        return new Principal(
            Guid.TryParse(claims.FindFirst(JwtRegisteredClaimNames.Sub)?.Value, out var subject) ? subject : null,
            authType,
            claims.FindFirst(CredentialClaim)?.Value,
            claims.FindFirst(ScopeClaim)?.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            long.TryParse(claims.FindFirst(CredentialExpiryClaim)?.Value, out var end) ? DateTimeOffset.FromUnixTimeSeconds(end) : null,
            claims.HasClaim(claim => claim.Type == KeyExchangeClaim));
    }

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return notBefore - Skew <= now && now < expires + Skew;
    }
}
