namespace Gaia;

/// <summary>The gateway speaking for itself, when it asks a service something that no caller may ask.</summary>
public static class GatewayPrincipal
{
    /// <summary>Not one of <see cref="Scopes.All"/>, so that nobody can be given it.</summary>
    public const string Scope = "internal";

    public static Principal Instance { get; } = new(null, AuthType.None, "gateway", [Scope], null);

    public static bool Is(Principal? caller) => caller is { Subject: null, AuthType: AuthType.None } && caller.Scopes.Contains(Scope, StringComparer.Ordinal);
}
