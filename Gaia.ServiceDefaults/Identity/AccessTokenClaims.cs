namespace Gaia;

/// <summary>What stands in an access token of Gaia's own, besides the registered claims.</summary>
public static class AccessTokenClaims
{
    public const string Audience = "authenticated";

    public const string UserId = "user_id";
    public const string Role = "role";
    public const string UserMetadata = "user_metadata";

    /// <summary>In the metadata: how the user proved who it is.</summary>
    public const string AuthSource = "auth_source";

    public const string PasswordSource = "password";
    public const string KeyExchangeSource = "api_key_exchange";

    /// <summary>Space separated, as in OAuth 2.0.</summary>
    public const string Scope = "scope";

    /// <summary>The session, or the API key that was exchanged for the token.</summary>
    public const string CredentialId = "sid";

    /// <summary>Requests per minute of the API key that was exchanged for the token, if it has a limit of its own.</summary>
    public const string RateLimit = "rate_limit";

    /// <summary>The revocation position the issuer knew: <see cref="PrincipalSnapshot.AsOf"/>.</summary>
    public const string Position = "rev";
}
