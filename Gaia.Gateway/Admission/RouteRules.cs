namespace Gaia.Gateway.Admission;

/// <summary>What admission has to know about a route; endpoint metadata.</summary>
internal sealed record RouteRules
{
    public static RouteRules Default { get; } = new();

    /// <summary>The rate limit policy; null: anonymous or authenticated, whichever the caller is.</summary>
    public string? Policy { get; init; }

    /// <summary>For everyone, so that a bad credential is no offence: a browser that still sends an expired token must be able to log in.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Where a key and a token are shown, the key counts.</summary>
    public bool PrefersKey { get; init; }
}
