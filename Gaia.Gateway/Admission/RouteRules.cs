namespace Gaia.Gateway.Admission;

/// <summary>The admission rules of a route; endpoint metadata.</summary>
internal sealed record RouteRules
{
    public static RouteRules Default { get; } = new();

    /// <summary>The rate limit policy; null: anonymous or authenticated, whichever the caller is.</summary>
    public string? Policy { get; init; }

    /// <summary>An invalid credential is ignored: a browser that still sends an expired token must be able to sign in.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Of a key and a token in the same request, the key counts.</summary>
    public bool PrefersKey { get; init; }
}
