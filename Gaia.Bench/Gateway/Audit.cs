using System.Diagnostics;
using Gaia.Gateway.Limits;

namespace Gaia.Bench.Gateway;

/// <summary>A decision, and when it was asked for and known, in microseconds.</summary>
internal readonly record struct Seen(int Caller, double Asked, double Known, bool IsAdmitted);

/// <summary>What was wrong with decisions, by a GCRA that knows all of them.</summary>
internal sealed record Audit(int Over, int Wrong, int Refused)
{
    /// <summary>Microseconds.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;

    public static Audit Of(RateLimitPolicy policy, IEnumerable<Seen> events)
    {
        var (over, wrong, refused) = (0, 0, 0);
        foreach (var caller in events.GroupBy(seen => seen.Caller))
        {
            var admitted = caller.Where(seen => seen.IsAdmitted).ToList();
            var refusals = caller.Where(seen => !seen.IsAdmitted).ToList();
            over += CountOver(policy, admitted.OrderBy(seen => seen.Known));
            wrong += CountWrong(policy, [.. admitted.OrderBy(seen => seen.Asked)], refusals.OrderBy(seen => seen.Known));
            refused += refusals.Count;
        }

        return new(over, wrong, refused);
    }

    /// <summary>Admissions for which nothing was left after all those known before.</summary>
    private static int CountOver(RateLimitPolicy policy, IEnumerable<Seen> admitted)
    {
        var (over, tat) = (0, double.MinValue);
        foreach (var seen in admitted)
        {
            over += tat + policy.Interval > seen.Known + policy.Window + 1 ? 1 : 0;
            tat = Math.Max(tat, seen.Asked) + policy.Interval;
        }

        return over;
    }

    /// <summary>Refusals although something was left after all those asked for by then.</summary>
    private static int CountWrong(RateLimitPolicy policy, Seen[] admitted, IEnumerable<Seen> refusals)
    {
        var (wrong, next, tat) = (0, 0, double.MinValue);
        foreach (var seen in refusals)
        {
            for (; next < admitted.Length && admitted[next].Asked <= seen.Known; next++)
            {
                tat = Math.Max(tat, admitted[next].Known) + policy.Interval;
            }

            wrong += tat + policy.Interval <= seen.Asked + policy.Window ? 1 : 0;
        }

        return wrong;
    }
}
