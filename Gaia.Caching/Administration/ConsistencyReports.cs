namespace Gaia.Caching.Administration;

/// <summary>What the audit of a node has found since the node started.</summary>
/// <param name="PerSecond">How many keys the nodes of the service look at in a second.</param>
/// <param name="Violations">The last ones, newest first.</param>
public sealed record ConsistencyReport(DateTimeOffset Since, int PerSecond, IReadOnlyList<ConsistencyCount> Counts, IReadOnlyList<ConsistencyViolation> Violations);

/// <summary>How often one node, or Redis, was compared with the source some time after a change.</summary>
/// <param name="After">Seconds from the change, or from when the source was seen so, to the look.</param>
/// <param name="Late">How many were old when they were looked at, and no longer once the staleness bound was over.</param>
/// <param name="Violations">How many were old also then.</param>
public sealed record ConsistencyCount(string Region, int After, long Checks, long Late, long Violations);

/// <summary>A node, or Redis, that was still older than the source beyond the staleness bound.</summary>
/// <param name="Service">Whose node it was; <c>redis</c> for Redis.</param>
/// <param name="After">Seconds after which it was first looked at.</param>
/// <param name="OldFor">Seconds for which the source had been newer when that was certain.</param>
/// <param name="SourceVersion">The source's version; null when values were compared.</param>
/// <param name="HeldVersion">The version that was held; null when a load was running that began before the change.</param>
/// <param name="Fence">The node's fence.</param>
/// <param name="Age">Milliseconds since the held value, or the load, asked the source.</param>
/// <param name="LogTrusted">Whether the node trusted its memory.</param>
/// <param name="LogPosition">How far the node had come in the invalidation log.</param>
/// <param name="AuditorLogPosition">How far the node had come that found it.</param>
/// <param name="Entries">The last entries of the log for the key, newest first.</param>
public sealed record ConsistencyViolation(
    DateTimeOffset At,
    string Region,
    string Key,
    string Service,
    string? Instance,
    int After,
    double OldFor,
    long? SourceVersion,
    long? HeldVersion,
    long? Fence,
    long? Age,
    bool? LogTrusted,
    long? LogPosition,
    long? AuditorLogPosition,
    IReadOnlyList<ConsistencyLogEntry> Entries);

/// <summary>An entry of the invalidation log.</summary>
/// <param name="Pattern">What was flushed; null for a single key.</param>
public sealed record ConsistencyLogEntry(long Sequence, DateTimeOffset At, long? Version, string? Pattern);
