using Gaia.Caching.Administration;

namespace Gaia.Caching.Consistency;

/// <summary>What the source, or the log, said of a key at some moment. What is null was not asked for.</summary>
/// <param name="Version">Values below it are old.</param>
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

    /// <summary>Whether the source, asked again, still says what it said, or something newer in the same direction: otherwise it changed in between.</summary>
    public bool IsConfirmedBy(SourceState later) =>
        Digest is not null ? later.Digest == Digest
        : Exists is not null ? later.Exists == Exists && !(later.Version < Version)
        : !(later.Version < Version);

    private bool IsNewerThanValue(HeldKey held) =>
        Digest is not null ? held.Digest is not null && held.Digest != Digest
        : held.Version < Version || (Exists is not null && Exists == held.IsEmpty);
}
