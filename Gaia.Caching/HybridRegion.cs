namespace Gaia.Caching;

/// <summary>The rules for keys that no declared region claims: whatever is read through <c>HybridCache</c> alone.</summary>
public sealed record HybridRegion() : Region("hybrid", "")
{
    /// <inheritdoc/>
    public override bool Versioned => false;
}
