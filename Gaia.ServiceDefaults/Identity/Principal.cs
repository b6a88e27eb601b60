using System.Text.Json.Serialization;

namespace Gaia;

/// <summary>A resolved caller, as Auth answers it, the cache keeps it and the gateway hands it on. Never an e-mail, never a secret.</summary>
/// <param name="Subject">The user; null for an anonymous caller.</param>
/// <param name="AuthType">The kind of credential that was presented.</param>
/// <param name="CredentialId">The session or API key, for revocation and audit; null for an anonymous caller.</param>
/// <param name="Scopes">What the credential may do.</param>
/// <param name="ExpiresAt">When the credential ends: nothing derived from it outlives this. Null when it does not end.</param>
/// <param name="IsKeyExchange">The credential is an API key that was exchanged for the token presented.</param>
/// <param name="RateLimit">Requests per minute that the API key has of its own, within its owner's; null: as many as its owner.</param>
public sealed record Principal(
    [property: JsonPropertyName("subject")] Guid? Subject,
    [property: JsonPropertyName("auth_type")] AuthType AuthType,
    [property: JsonPropertyName("credential_id")] string? CredentialId,
    [property: JsonPropertyName("scopes")] IReadOnlyList<string> Scopes,
    [property: JsonPropertyName("expires_at")] DateTimeOffset? ExpiresAt,
    [property: JsonPropertyName("is_key_exchange"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsKeyExchange = false,
    [property: JsonPropertyName("rate_limit"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RateLimit = null)
{
    public static Principal Anonymous { get; } = new(null, AuthType.None, null, [], null);
}
