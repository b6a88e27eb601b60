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

/// <summary>One route of the public API and who may use it.</summary>
/// <param name="Path">As the API description writes it.</param>
internal sealed record PublicRoute(string Method, string Path, Access Access, string? Scope = null)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Every route that a service answers. A new one is not done before it stands here.</summary>
internal static class RouteTable
{
    public static IReadOnlyList<PublicRoute> All { get; } =
    [
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
        new("POST", "/api/v1/auth/api-keys/{id}/rotate", Access.Scoped, Scopes.Admin),
        new("DELETE", "/api/v1/auth/api-keys/{id}", Access.Scoped, Scopes.Admin),
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

        new("GET", "/api/v1/assets/test", Access.Public),
    ];
}
