namespace Gaia;

/// <summary>The caller of the request being served. Scoped; filled once, by the authentication handler.</summary>
public sealed class CurrentUser
{
    /// <summary>Null until the request has proved whose it is; <see cref="Gaia.Principal.Anonymous"/> once it has proved to be nobody's.</summary>
    public Principal? Principal { get; set; }

    public Guid? Id => Principal?.Subject;

    public AuthType AuthType => Principal?.AuthType ?? AuthType.None;

    public IReadOnlyList<string> Scopes => Principal?.Scopes ?? [];

    public bool IsAuthenticated => Id is not null;

    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
