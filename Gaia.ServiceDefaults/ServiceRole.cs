namespace Gaia;

/// <summary>Where a service stands, which decides whom it trusts and who answers its <c>/health</c>.</summary>
public enum ServiceRole
{
    /// <summary>Reached only through the gateway: refuses a request without the gateway's signed identity, and gets the stock <c>/health</c>.</summary>
    Inner,

    /// <summary>The gateway: it resolves callers itself and maps a <c>/health</c> of its own.</summary>
    Edge,
}
