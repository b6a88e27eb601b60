namespace Gaia.Tests.Admission;

internal enum Access
{
    /// <summary>Everyone; a bad credential is no offence.</summary>
    Open,

    /// <summary>Everyone who shows no credential or a good one.</summary>
    Public,

    /// <summary>Every valid credential.</summary>
    SignedIn,

    /// <summary>Credentials with the scope named.</summary>
    Scoped,
}

/// <summary>What belongs to one user.</summary>
internal enum Owned
{
    Key,
    Persona,
    Conversation,
    Asset,
}

/// <summary>One route of the public API and who may use it.</summary>
/// <param name="Path">As the API description writes it.</param>
/// <param name="Scope">That it asks for.</param>
/// <param name="Owned">What its path names; nobody but the owner may do this with it. None where there is nothing private.</param>
internal sealed record PublicRoute(string Method, string Path, Access Access, string? Scope = null, Owned? Owned = null)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Every route that a service answers. A new one is not done before it stands here.</summary>
internal static class RouteTable
{
    public static IReadOnlyList<PublicRoute> All { get; } =
    [
        new("GET", "/", Access.Public),
        new("GET", "/alive", Access.Open),
        new("GET", "/health", Access.Open),
        new("GET", "/api/v1/admin/cache/keys", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/keys/{key}", Access.Scoped, Scopes.Admin),
        new("DELETE", "/api/v1/admin/cache/keys/{key}", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/cache/flush", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/stats", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/hot", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/cache/warm", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/advice", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/cache/advice/{id}/try", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/live", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/consistency", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/audit", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/usage", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cost", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/cost", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/budgets", Access.Scoped, Scopes.Admin),
        new("PUT", "/api/v1/admin/budgets", Access.Scoped, Scopes.Admin),
        new("DELETE", "/api/v1/admin/budgets/{id}", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/events", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/events/replays", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/events/dead", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/events/dead/{id}/retry", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/alerts", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/alerts/rules", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/alerts/test", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/alerts/{id}/replay", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/api-keys", Access.Scoped, Scopes.Admin),
        new("DELETE", "/api/v1/admin/api-keys/{id}", Access.Scoped, Scopes.Admin),
        new("PUT", "/api/v1/admin/api-keys/{id}/rate-limit", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/revocations", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/assets", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/generations", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/failed-sign-ins", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/sign-in-codes", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/log", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/cache/history", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/admin/faults", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/admin/faults", Access.Scoped, Scopes.Admin),

        new("POST", "/api/v1/auth/register", Access.Open),
        new("POST", "/api/v1/auth/login", Access.Open),
        new("POST", "/api/v1/auth/refresh", Access.Open),
        new("POST", "/api/v1/auth/validate", Access.Open),
        new("GET", "/.well-known/jwks.json", Access.Open),
        new("GET", "/.well-known/openid-configuration", Access.Open),
        new("POST", "/api/v1/auth/logout", Access.SignedIn),
        new("POST", "/api/v1/auth/password", Access.SignedIn),
        new("GET", "/api/v1/auth/me", Access.SignedIn),
        new("POST", "/api/v1/auth/api-key-login", Access.SignedIn),
        new("GET", "/api/v1/auth/api-keys", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/auth/api-keys", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/auth/api-keys/{id}/rotate", Access.Scoped, Scopes.Admin, Owned.Key),
        new("DELETE", "/api/v1/auth/api-keys/{id}", Access.Scoped, Scopes.Admin, Owned.Key),
        new("GET", "/api/v1/auth/users", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/auth/users/{id}/disable", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/auth/users/{id}/enable", Access.Scoped, Scopes.Admin),
        new("PUT", "/api/v1/auth/users/{id}/scopes", Access.Scoped, Scopes.Admin),
        new("GET", "/api/v1/auth/signing-keys", Access.Scoped, Scopes.Admin),
        new("POST", "/api/v1/auth/signing-keys/rotate", Access.Scoped, Scopes.Admin),
        new("DELETE", "/api/v1/auth/signing-keys/{id}", Access.Scoped, Scopes.Admin),

        new("GET", "/api/v1/chat/personas", Access.Public),
        new("GET", "/api/v1/chat/personas/{id}", Access.Public),
        new("POST", "/api/v1/chat/personas", Access.Scoped, Scopes.PersonasWrite),
        new("GET", "/api/v1/chat/personas/{id}/portrait", Access.Public),
        new("PUT", "/api/v1/chat/personas/{id}", Access.SignedIn, Owned: Owned.Persona),
        new("DELETE", "/api/v1/chat/personas/{id}", Access.SignedIn, Owned: Owned.Persona),
        new("GET", "/api/v1/chat/personas/current", Access.SignedIn),
        new("DELETE", "/api/v1/chat/personas/current", Access.SignedIn),
        new("POST", "/api/v1/chat/personas/set", Access.SignedIn),
        new("POST", "/api/v1/chat/personas/initialize-default", Access.SignedIn),
        new("POST", "/api/v1/chat/personas/import", Access.Scoped, Scopes.PersonasWrite),
        new("GET", "/api/v1/chat/personas/{id}/card", Access.SignedIn),
        new("GET", "/api/v1/chat/personas/{id}/greetings", Access.SignedIn),
        new("GET", "/api/v1/chat/personas/{id}/versions", Access.SignedIn, Owned: Owned.Persona),
        new("GET", "/api/v1/chat/personas/{id}/versions/{version}", Access.SignedIn, Owned: Owned.Persona),
        new("POST", "/api/v1/chat/personas/{id}/versions/{version}/restore", Access.SignedIn, Owned: Owned.Persona),
        new("GET", "/api/v0.2/personas", Access.Public),
        new("GET", "/api/v0.2/personas/{id}", Access.Public),
        new("PUT", "/api/v0.2/personas/{id}", Access.SignedIn, Owned: Owned.Persona),
        new("DELETE", "/api/v0.2/personas/{id}", Access.SignedIn, Owned: Owned.Persona),
        new("GET", "/api/v0.2/personas/current", Access.SignedIn),
        new("DELETE", "/api/v0.2/personas/current", Access.SignedIn),
        new("POST", "/api/v0.2/personas/set", Access.SignedIn),
        new("POST", "/api/v0.2/personas/initialize-default", Access.SignedIn),

        new("POST", "/api/v1/chat", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v1/chat/status", Access.Scoped, Scopes.Chat),
        new("DELETE", "/api/v1/chat/history", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v1/chat/streams/{requestId}", Access.Scoped, Scopes.Chat),
        new("DELETE", "/api/v1/chat/streams/{requestId}", Access.Scoped, Scopes.Chat),
        new("POST", "/api/v0.3/chat", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/chat/completions", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/responses", Access.Scoped, Scopes.Chat),
        new("GET", "/v1/responses/{id}", Access.Scoped, Scopes.Chat),
        new("GET", "/v1/responses/{id}/input_items", Access.Scoped, Scopes.Chat),
        new("DELETE", "/v1/responses/{id}", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/completions", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/embeddings", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/moderations", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/audio/speech", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/audio/transcriptions", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/audio/translations", Access.Scoped, Scopes.Chat),
        new("POST", "/v1/images/generations", Access.Scoped, Scopes.AssetsWrite),
        new("GET", "/v1/models", Access.Scoped, Scopes.Chat),
        new("GET", "/v1/models/{id}", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v1/usage", Access.SignedIn),
        new("GET", "/api/v1/conversations", Access.Scoped, Scopes.Chat),
        new("POST", "/api/v1/conversations", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v1/conversations/{id}", Access.Scoped, Scopes.Chat, Owned.Conversation),
        new("PATCH", "/api/v1/conversations/{id}", Access.Scoped, Scopes.Chat, Owned.Conversation),
        new("DELETE", "/api/v1/conversations/{id}", Access.Scoped, Scopes.Chat, Owned.Conversation),
        new("GET", "/api/v1/conversations/{id}/messages", Access.Scoped, Scopes.Chat, Owned.Conversation),
        new("GET", "/api/v1/conversations/{id}/messages/{messageId}/images/{index}", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v1/conversations/{id}/summary", Access.Scoped, Scopes.Chat),
        new("DELETE", "/api/v1/conversations/{id}/summary", Access.Scoped, Scopes.Chat),
        new("GET", "/api/v0.3/conversations", Access.Scoped, Scopes.Chat),
        new("POST", "/api/v0.3/conversations", Access.Scoped, Scopes.Chat),

        new("GET", "/api/v1/assets", Access.SignedIn),
        new("POST", "/api/v1/assets", Access.Scoped, Scopes.AssetsWrite),
        new("GET", "/api/v1/assets/{id}", Access.SignedIn, Owned: Owned.Asset),
        new("DELETE", "/api/v1/assets/{id}", Access.SignedIn, Owned: Owned.Asset),
        new("GET", "/api/v1/assets/{id}/content", Access.SignedIn, Owned: Owned.Asset),
        new("HEAD", "/api/v1/assets/{id}/content", Access.SignedIn, Owned: Owned.Asset),
        new("POST", "/api/v1/assets/{id}/sign", Access.SignedIn, Owned: Owned.Asset),
        new("POST", "/api/v1/assets/generate", Access.Scoped, Scopes.AssetsWrite),
        new("GET", "/api/v1/assets/generations/{id}", Access.SignedIn),
        new("GET", "/api/v1/assets/test", Access.Public),
    ];
}
