using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Users;

namespace Gaia.Auth.ExternalIssuers;

/// <summary>Another issuer whose access tokens are accepted: one that shares a secret with us (<c>SUPABASE_JWT_SECRET</c>) or publishes its keys.</summary>
internal sealed class ExternalIssuerOptions : IValidatableObject
{
    public const string Section = "ForeignIssuer";

    private const int ShortestSecret = 32;

    /// <summary>Of HS256, at least as long as its hash (RFC 7518, 3.2).</summary>
    [MinLength(ShortestSecret, ErrorMessage = "SUPABASE_JWT_SECRET is too short: expected at least 32 characters.")]
    public string? Secret { get; set; }

    /// <summary>Where its JSON Web Key Set is.</summary>
    [Url]
    public string? JwksUrl { get; set; }

    /// <summary>The <c>iss</c> it must have. With a secret any other than ours will do, as only its holder could sign.</summary>
    public string? Issuer { get; set; }

    [Required]
    public string Audience { get; set; } = AccessTokenClaims.Audience;

    /// <summary>What its users may do from the first sight on.</summary>
    [KnownScopes]
    public string[] Scopes { get; set; } = User.DefaultScopes;

    /// <summary>The claim in which it grants further scopes, space separated; none are taken from anywhere unless this says so.</summary>
    public string? ScopeClaim { get; set; }

    /// <summary>What it may grant that way.</summary>
    [KnownScopes]
    public string[] GrantableScopes { get; set; } = [];

    public bool IsConfigured => Secret is not null || JwksUrl is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secret is not null && JwksUrl is not null)
        {
            yield return new("SUPABASE_JWT_SECRET and ForeignIssuer:JwksUrl exclude each other: an external issuer has a secret or public keys.");
        }

        if (JwksUrl is not null && Issuer is null)
        {
            yield return new("ForeignIssuer:Issuer is missing: public keys alone do not say whose they are.");
        }
    }
}
