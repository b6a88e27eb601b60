namespace Gaia.Caching;

/// <summary>
/// A region that another service reads and writes. Declared where its keys are administered, so that what is deleted or shown there goes by its rules.
/// </summary>
public sealed record ExternalRegion(string Name, string Prefix, bool HasRowVersions) : Region(Name, Prefix)
{
    /// <inheritdoc/>
    public override bool Versioned => HasRowVersions;
}
