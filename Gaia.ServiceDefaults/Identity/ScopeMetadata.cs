namespace Gaia;

/// <summary>The scope that an endpoint's caller needs, for those who describe it.</summary>
public sealed record ScopeMetadata(string Scope);
