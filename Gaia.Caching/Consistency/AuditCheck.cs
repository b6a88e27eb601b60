using Gaia.Caching.Administration;

namespace Gaia.Caching.Consistency;

/// <summary>A key to audit, with the state of its source.</summary>
/// <param name="State">The state that was read.</param>
/// <param name="Since">Since when all nodes could know that state, as a timestamp.</param>
/// <param name="AsksRedis">Whether Redis is compared too.</param>
internal sealed record AuditSubject(AuditedRegion Region, string Key, SourceState State, long Since, bool AsksRedis);

/// <summary>A comparison of what all nodes hold of a key with its source.</summary>
/// <param name="After">How long after the change it is scheduled.</param>
/// <param name="Candidates">What was stale at the first check; null when this is the first.</param>
internal sealed record AuditCheck(AuditSubject Subject, TimeSpan After, IReadOnlyList<Observation>? Candidates = null)
{
    public int AfterSeconds => (int)Math.Ceiling(After.TotalSeconds);
}

/// <summary>What a node, or Redis, held when it was checked.</summary>
/// <param name="Instance">Null for Redis.</param>
/// <param name="ReceivedAt">When a node's answer arrived, as a timestamp; 0 for Redis, which runs no loads.</param>
internal sealed record Observation(string Service, string? Instance, HeldKey Held, long ReceivedAt = 0, bool? LogTrusted = null, long? LogPosition = null)
{
    public const string Redis = "redis";

    /// <summary>Whether it is the same value, or the same load, in the same place.</summary>
    public bool IsOf(Observation earlier) =>
        IsAt(earlier) && (Held.Version is not null ? Held.Version == earlier.Held.Version : earlier.Held.Version is null && Held.LoadFence == earlier.Held.LoadFence);

    public bool IsAt(Observation earlier) => (Service, Instance) == (earlier.Service, earlier.Instance);
}

/// <summary>The scheduled checks, ordered by time.</summary>
internal sealed class AuditSchedule
{
    private readonly PriorityQueue<AuditCheck, long> checks = new();

    /// <summary>When the next one is due; null when there is none.</summary>
    public long? Next => checks.TryPeek(out _, out var due) ? due : null;

    /// <param name="due">The timestamp from which on it may be taken.</param>
    public void Add(AuditCheck check, long due) => checks.Enqueue(check, due);

    public IReadOnlyList<AuditCheck> TakeDue(long now)
    {
        List<AuditCheck> due = [];
        while (checks.TryPeek(out var check, out var at) && at <= now)
        {
            checks.Dequeue();
            due.Add(check);
        }

        return due;
    }
}
