using System.Collections.Concurrent;
using Gaia.Caching.Log;
using Gaia.Messaging;

namespace Gaia.Caching.Outbox;

/// <summary>
/// What each caller has changed lately through this node, to be sent along with their next requests: an instance of the service that does not know of a change yet
/// then answers its author by nothing older.
/// </summary>
public sealed class RecentChanges
{
    /// <summary>Far longer than any node goes on without hearing of a change.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>So many keys of one caller, the newest: some kilobytes of a request's headers.</summary>
    private const int KeyLimit = 60;

    private readonly ConcurrentDictionary<Guid, Recent> recent = new();
    private readonly Clock clock;
    private long sweepAt;

    internal RecentChanges(Clock clock) => this.clock = clock;

    /// <summary>Notes what an answer says its caller has changed.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="header">The value of <see cref="ChangedKeys.Header"/>.</param>
    public void Add(Guid caller, string header)
    {
        var now = clock.Now;
        Sweep(now);

        // Without a version a change cannot be told from one that is known: it would empty the caches that it passes by with every request.
        var changes = ChangedKeys.Read(header).Where(change => change.Version is not null).Select(change => change with { IsUnconfirmed = false }).ToArray();
        if (changes is [])
        {
            return;
        }

        recent.AddOrUpdate(
            caller,
            static (_, arg) => Recent.Of(arg.changes, arg.until),
            static (_, before, arg) => Recent.Of([.. before.Changes, .. arg.changes], arg.until),
            (changes, until: now + (long)Life.TotalMilliseconds));
    }

    /// <summary>A value for <see cref="ChangedKeys.Header"/>; null when the caller has changed nothing lately.</summary>
    public string? Find(Guid caller) =>
        !recent.IsEmpty && recent.TryGetValue(caller, out var changes) && clock.Now < changes.Until ? changes.Header : null;

    private void Sweep(long now)
    {
        if (now < Volatile.Read(ref sweepAt))
        {
            return;
        }

        Volatile.Write(ref sweepAt, now + (long)Life.TotalMilliseconds);
        foreach (var over in recent.Where(pair => pair.Value.Until <= now))
        {
            recent.TryRemove(over);
        }
    }

    private sealed record Recent(IReadOnlyList<Invalidation> Changes, string Header, long Until)
    {
        public static Recent Of(IReadOnlyList<Invalidation> changes, long until)
        {
            Invalidation[] newest = [.. changes.Reverse().DistinctBy(change => change.Key).Take(KeyLimit).Reverse()];
            return new(newest, ChangedKeys.Write(newest), until);
        }
    }
}
