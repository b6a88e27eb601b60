namespace Gaia.Caching.Administration;

/// <summary>What a node would answer for a key without a load of its own.</summary>
internal sealed record HeldKey
{
    public long Fence { get; init; }

    /// <summary>Of the value that memory would answer; null when it would not.</summary>
    public long? Version { get; init; }

    /// <summary>Whether that value is "there is none".</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Milliseconds since its source was asked.</summary>
    public long Age { get; init; }

    /// <summary>Null when it was not asked for, or the value is large.</summary>
    public string? Digest { get; init; }

    /// <summary>The fence before the load that a caller would join and be answered by; null when there is none.</summary>
    public long? LoadFence { get; init; }

    /// <summary>Milliseconds since that load began.</summary>
    public long LoadAge { get; init; }
}

/// <summary>What a node says of some keys.</summary>
/// <param name="LogPosition">The last entry of the invalidation log that it has applied.</param>
/// <param name="Held">In the order of the question. Null for a key whose region the node does not read.</param>
/// <param name="Chosen">Some keys that it holds a value of.</param>
internal sealed record NodeKeys(long? LogPosition, bool LogTrusted, IReadOnlyList<HeldKey?> Held, IReadOnlyList<string> Chosen);
