using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Limits;

/// <summary>
/// What callers used of their limits at this gateway, until the other regions are told. A sixteenth of every limit is left out: most callers use less, and
/// nothing is told of them.
/// </summary>
internal sealed class RegionUsage(TimeProvider time, IOptions<RegionOptions> region)
{
    /// <summary>The part of a limit, one in this many, that other regions are not told of.</summary>
    public const int QuietShare = 16;

    /// <summary>The part of a limit, one in this many, that is told at once; less waits for more.</summary>
    private const int SmallestShare = 256;

    private readonly ConcurrentDictionary<LeaseKey, Used> usages = new();

    /// <summary>Whether there are other regions; without them nothing is kept.</summary>
    public bool IsShared { get; } = region.Value.Home is not null;

    /// <param name="who">The caller and the policy.</param>
    /// <param name="requests">How many requests Redis charged.</param>
    public void Add(LeaseKey who, int requests)
    {
        if (IsShared && requests > 0)
        {
            var added = new Used(requests, time.GetTimestamp());
            usages.AddOrUpdate(who, static (_, added) => added, (who, known, added) => new(Left(who.Policy, known) + added.Requests, added.At), added);
        }
    }

    /// <summary>Takes what is to be told now.</summary>
    public IEnumerable<(LeaseKey Who, int Requests)> Take()
    {
        foreach (var usage in usages)
        {
            var left = Left(usage.Key.Policy, usage.Value);

            // What changes at this moment is left for the next time.
            if ((left <= 0 || left >= Math.Max(1, usage.Key.Policy.Limit / SmallestShare)) && usages.TryRemove(usage) && left > 0)
            {
                yield return (usage.Key, (int)Math.Round(left));
            }
        }
    }

    /// <summary>Without the quiet part, which leaks away evenly.</summary>
    private double Left(RateLimitPolicy policy, Used used) =>
        Math.Max(0, used.Requests - (time.GetElapsedTime(used.At).TotalMicroseconds / policy.Interval / QuietShare));

    private readonly record struct Used(double Requests, long At);
}
