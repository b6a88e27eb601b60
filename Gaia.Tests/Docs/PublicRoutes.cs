namespace Gaia.Tests.Docs;

/// <summary>The contract with clients, route by route: none of these may go without a new version of the API.</summary>
internal static class PublicRoutes
{
    public static IReadOnlyList<string> All { get; } =
    [
        "GET /", "GET /health", "GET /alive", "GET /.well-known/jwks.json", "GET /.well-known/openid-configuration",

        "POST /api/v1/auth/register", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh", "POST /api/v1/auth/logout", "POST /api/v1/auth/password",
        "GET /api/v1/auth/me", "POST /api/v1/auth/validate", "POST /api/v1/auth/api-key-login", "GET /api/v1/auth/api-keys", "POST /api/v1/auth/api-keys",
        "POST /api/v1/auth/api-keys/{id}/rotate", "DELETE /api/v1/auth/api-keys/{id}", "GET /api/v1/auth/users", "POST /api/v1/auth/users/{id}/disable",
        "POST /api/v1/auth/users/{id}/enable", "PUT /api/v1/auth/users/{id}/scopes",

        "GET /api/v1/chat/personas", "POST /api/v1/chat/personas", "GET /api/v1/chat/personas/{id}", "PUT /api/v1/chat/personas/{id}",
        "DELETE /api/v1/chat/personas/{id}", "GET /api/v1/chat/personas/current", "DELETE /api/v1/chat/personas/current", "POST /api/v1/chat/personas/set",
        "POST /api/v1/chat/personas/initialize-default", "GET /api/v1/chat/personas/{id}/versions", "GET /api/v1/chat/personas/{id}/versions/{version}",
        "POST /api/v1/chat/personas/{id}/versions/{version}/restore", "GET /api/v1/chat/personas/{id}/card", "POST /api/v1/chat/personas/import",
        "GET /api/v1/chat/personas/{id}/greetings", "GET /api/v1/chat/personas/{id}/portrait",
        "GET /api/v0.2/personas", "GET /api/v0.2/personas/current", "GET /api/v0.2/personas/{id}", "PUT /api/v0.2/personas/{id}",
        "DELETE /api/v0.2/personas/{id}", "POST /api/v0.2/personas/set", "POST /api/v0.2/personas/initialize-default",

        "POST /api/v1/chat", "GET /api/v1/chat/streams/{requestId}", "DELETE /api/v1/chat/streams/{requestId}", "POST /v1/chat/completions", "GET /v1/models",
        "POST /v1/responses", "GET /v1/responses/{id}", "GET /v1/responses/{id}/input_items", "DELETE /v1/responses/{id}",
        "POST /v1/completions", "POST /v1/embeddings", "POST /v1/moderations",
        "POST /v1/images/generations", "POST /v1/audio/speech", "POST /v1/audio/transcriptions", "POST /v1/audio/translations",
        "POST /api/v0.3/chat", "POST /api/v1/conversations", "GET /api/v1/conversations", "GET /api/v1/conversations/{id}",
        "GET /api/v1/conversations/{id}/messages", "PATCH /api/v1/conversations/{id}", "DELETE /api/v1/conversations/{id}", "POST /api/v0.3/conversations",
        "GET /api/v1/conversations/{id}/messages/{messageId}/images/{index}",
        "GET /api/v1/conversations/{id}/summary", "DELETE /api/v1/conversations/{id}/summary",
        "GET /api/v0.3/conversations", "GET /api/v1/chat/status", "DELETE /api/v1/chat/history", "GET /api/v1/usage",

        "POST /api/v1/assets", "GET /api/v1/assets", "GET /api/v1/assets/{id}", "GET /api/v1/assets/{id}/content", "POST /api/v1/assets/{id}/sign",
        "DELETE /api/v1/assets/{id}", "POST /api/v1/assets/generate", "GET /api/v1/assets/generations/{id}", "GET /api/v1/assets/test",

        "GET /api/v1/admin/cache/stats", "GET /api/v1/admin/cache/keys", "GET /api/v1/admin/cache/keys/{key}", "DELETE /api/v1/admin/cache/keys/{key}",
        "POST /api/v1/admin/cache/flush", "POST /api/v1/admin/cache/warm", "GET /api/v1/admin/cache/hot",
        "GET /api/v1/admin/live", "GET /api/v1/admin/consistency", "GET /api/v1/admin/audit", "GET /api/v1/admin/usage", "GET /api/v1/admin/api-keys",
        "DELETE /api/v1/admin/api-keys/{id}", "PUT /api/v1/admin/api-keys/{id}/rate-limit",
        "GET /api/v1/admin/revocations", "GET /api/v1/admin/failed-sign-ins", "POST /api/v1/admin/sign-in-codes",
        "GET /api/v1/admin/cache/log", "GET /api/v1/admin/cache/history",
        "GET /api/v1/admin/faults", "POST /api/v1/admin/faults",
        "GET /api/v1/admin/assets", "GET /api/v1/admin/generations",
        "GET /api/v1/admin/budgets", "PUT /api/v1/admin/budgets", "DELETE /api/v1/admin/budgets/{id}",
        "GET /api/v1/admin/alerts", "GET /api/v1/admin/alerts/rules", "POST /api/v1/admin/alerts/test", "POST /api/v1/admin/alerts/{id}/replay",
        "GET /api/v1/admin/cost", "GET /api/v1/admin/cache/cost", "GET /api/v1/admin/cache/advice", "POST /api/v1/admin/cache/advice/{id}/try",
        "GET /api/v1/admin/events", "POST /api/v1/admin/events/replays", "GET /api/v1/admin/events/dead", "POST /api/v1/admin/events/dead/{id}/retry",
    ];
}
