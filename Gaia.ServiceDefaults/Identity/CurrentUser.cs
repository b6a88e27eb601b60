namespace Gaia;

/// <summary>The caller of the request being served. Scoped; filled once, by the authentication handler.</summary>
public sealed class CurrentUser
{
    /// <summary>Null until the request has proved whose it is; <see cref="Gaia.Principal.Anonymous"/> once it has proved to be nobody's.</summary>
    public Principal? Principal { get; set; }

    public Guid? Id => Principal?.Subject;

    public AuthType AuthType => Principal?.AuthType ?? AuthType.None;

    /// <summary>The API key that was presented, or exchanged for the token that was; null for a session.</summary>
    public Guid? ApiKeyId =>
        Principal is { AuthType: AuthType.ApiKey } or { IsKeyExchange: true } && Guid.TryParse(Principal.CredentialId, out var key) ? key : null;

    public IReadOnlyList<string> Scopes => Principal?.Scopes ?? [];

    public bool IsAuthenticated => Id is not null;

    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
