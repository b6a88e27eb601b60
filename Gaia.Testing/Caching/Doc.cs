using Gaia.Caching;

namespace Gaia.Testing.Caching;

/// <summary>A value with a row's version.</summary>
public sealed record Doc(string Id, long Version, string Text = "")
{
    public static readonly Region<string, Doc> ByRow = new("doc", "doc:") { Version = doc => doc.Version, Jitter = 0 };

    /// <summary>The same without a version of its own, as lists are.</summary>
    public static readonly Region<string, Doc> ByTimestamp = new("docs", "docs:") { Jitter = 0 };
}
