using Gaia.Caching.Administration;

namespace Gaia.Caching.Consistency;

/// <summary>A key, and what is known of its source.</summary>
/// <param name="State">What the source said.</param>
/// <param name="Since">Since when all nodes could know that, as a timestamp.</param>
/// <param name="AsksRedis">Whether Redis is looked at too.</param>
internal sealed record AuditSubject(AuditedRegion Region, string Key, SourceState State, long Since, bool AsksRedis);

/// <summary>A look at what all nodes hold of a key.</summary>
/// <param name="After">How long after the change it was planned.</param>
/// <param name="Suspects">Who was old at the first look; null when this is the first.</param>
internal sealed record AuditLook(AuditSubject Subject, TimeSpan After, IReadOnlyList<Sighting>? Suspects = null)
{
    public int AfterSeconds => (int)Math.Ceiling(After.TotalSeconds);
}

/// <summary>What a node, or Redis, held at a look.</summary>
/// <param name="Instance">Null for Redis.</param>
internal sealed record Sighting(string Service, string? Instance, HeldKey Held, bool? LogTrusted = null, long? LogPosition = null)
{
    public const string Redis = "redis";

    /// <summary>Whether it is the same value, or the same load, in the same place.</summary>
    public bool IsOf(Sighting earlier) =>
        IsAt(earlier) && (Held.Version is not null ? Held.Version == earlier.Held.Version : earlier.Held.Version is null && Held.LoadFence == earlier.Held.LoadFence);

    public bool IsAt(Sighting earlier) => (Service, Instance) == (earlier.Service, earlier.Instance);
}

/// <summary>The looks to come.</summary>
internal sealed class AuditSchedule
{
    private readonly PriorityQueue<AuditLook, long> looks = new();

    /// <summary>When the next one is due; null when there is none.</summary>
    public long? Next => looks.TryPeek(out _, out var due) ? due : null;

    /// <param name="due">The timestamp from which on it may be taken.</param>
    public void Add(AuditLook look, long due) => looks.Enqueue(look, due);

    public IReadOnlyList<AuditLook> TakeDue(long now)
    {
        List<AuditLook> due = [];
        while (looks.TryPeek(out var look, out var at) && at <= now)
        {
            looks.Dequeue();
            due.Add(look);
        }

        return due;
    }
}
