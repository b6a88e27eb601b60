using Gaia.Caching;

namespace Gaia.Gateway.Admission;

/// <summary>The cache regions of resolved callers. No fail-safe: expired or unverifiable entries are not used.</summary>
internal static class AuthRegions
{
    public const string JwtName = "auth.jwt";
    public const string ApiKeyName = "auth.api_key";

    private const string ApiKeySetting = "API_KEY_CACHE_TTL";

    /// <summary>How long the absence of a key is cached: the keys of a user who is enabled again should work soon.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(5);

    public static Region<Credential, PrincipalSnapshot> Jwt(CacheTtlOptions ttl) => Declare(JwtName, "auth:jwt:", ttl.Jwt, "AUTH_CACHE_TTL");

    public static Region<Credential, PrincipalSnapshot> ApiKey(CacheTtlOptions ttl) => Declare(ApiKeyName, "auth:api_key:", ttl.ApiKey, ApiKeySetting);

    /// <summary>Users who are enabled, for links that they have signed.</summary>
    public static Region<Guid, PrincipalSnapshot> User(CacheTtlOptions ttl) => new("auth.user", "auth:user:")
    {
        Ttl = ttl.ApiKey,
        TtlSetting = ApiKeySetting,
        NegativeTtl = Unknown < ttl.ApiKey ? Unknown : ttl.ApiKey,
        Sensitive = true,
    };

    private static Region<Credential, PrincipalSnapshot> Declare(string name, string prefix, TimeSpan ttl, string setting) => new(name, prefix)
    {
        Ttl = ttl,
        TtlSetting = setting,
        NegativeTtl = Unknown < ttl ? Unknown : ttl,
        Expires = snapshot => snapshot.Principal.ExpiresAt,
        Sensitive = true,
    };
}
