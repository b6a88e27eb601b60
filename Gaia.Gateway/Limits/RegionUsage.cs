using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Limits;

/// <summary>
/// What callers used of their limits at this gateway, until the other regions are told. A caller who used less than a sixteenth, as most have, is nobody
/// else's concern: nothing is told of them.
/// </summary>
internal sealed class RegionUsage(TimeProvider time, IOptions<RegionOptions> region)
{
    /// <summary>The part of a limit, one in this many, up to which other regions are not told.</summary>
    public const int QuietShare = 16;

    private readonly ConcurrentDictionary<LeaseKey, Used> usages = new();

    /// <summary>Whether there are other regions; without them nothing is kept.</summary>
    public bool IsShared { get; } = region.Value.Home is not null;

    /// <param name="lease">The caller and the policy.</param>
    /// <param name="requests">How many requests Redis charged.</param>
    /// <param name="untilTat"><see cref="Grant.UntilTat"/> of its answer.</param>
    public void Add(Lease lease, int requests, long untilTat)
    {
        if (IsShared && requests > 0)
        {
            var added = new Used(requests, time.GetTimestamp() + (long)(untilTat / 1e6 * time.TimestampFrequency));
            usages.AddOrUpdate(lease.Id, static (_, added) => added, static (_, known, added) => new(known.Requests + added.Requests, added.FreeAt), added);
        }
    }

    /// <summary>Takes what is to be told now.</summary>
    public IEnumerable<(LeaseKey Who, int Requests)> Take()
    {
        foreach (var usage in usages)
        {
            var ((policy, _), (requests, freeAt)) = (usage.Key, usage.Value);
            var used = time.GetElapsedTime(time.GetTimestamp(), freeAt).TotalMicroseconds;
            if (used > 0 && used <= policy.Window / QuietShare)
            {
                continue;
            }

            // What was refilled meanwhile is no longer used, so it is not told. What changes at this moment is left for the next time.
            if (usages.TryRemove(usage) && used > 0)
            {
                yield return (usage.Key, Math.Min(requests, (int)Math.Ceiling(used / policy.Interval)));
            }
        }
    }

    private readonly record struct Used(int Requests, long FreeAt);
}
