using Gaia.Caching.Administration;

namespace Gaia.Caching.Consistency;

/// <summary>The state of a key in its source, or in the log, at some moment. A member that was not read is null.</summary>
/// <param name="Version">Values below it are stale.</param>
/// <param name="Exists">Whether there was a row.</param>
/// <param name="Digest">Of the value; where it is known it alone is compared.</param>
internal readonly record struct SourceState(long? Version = null, bool? Exists = null, string? Digest = null)
{
    public bool IsUnknown => this == default;

    /// <summary>Whether there is something in what is held that can be compared.</summary>
    public bool IsComparableTo(HeldKey held) => (held.LoadFence is not null && Version is not null) || (held.Version is not null && (Digest is null || held.Digest is not null));

    /// <summary>Whether what is held is older than the source was.</summary>
    /// <param name="held">What a node, or Redis, would answer.</param>
    /// <param name="sinceThen">How long ago the source was like this.</param>
    public bool IsNewerThan(HeldKey held, TimeSpan sinceThen) =>
        (held.Version is not null && IsNewerThanValue(held)) || (held.LoadFence < Version && held.LoadAge > sinceThen.TotalMilliseconds);

    /// <summary>Whether a later state of the source is the same, or a newer version of it. Otherwise the value changed in between.</summary>
    public bool IsConfirmedBy(SourceState later) =>
        Digest is not null ? later.Digest == Digest
        : Exists is not null ? later.Exists == Exists && !(later.Version < Version)
        : !(later.Version < Version);

    private bool IsNewerThanValue(HeldKey held) =>
        Digest is not null ? held.Digest is not null && held.Digest != Digest
        : held.Version < Version || (Exists is not null && Exists == held.IsEmpty);
}
