using System.Diagnostics;
using Gaia.Gateway.Limits;

namespace Gaia.Bench.Gateway;

/// <summary>A decision, with when its request was sent and when the decision was returned, in microseconds.</summary>
internal readonly record struct ObservedDecision(int Caller, double SentAt, double DecidedAt, bool IsAdmitted);

/// <summary>Compares decisions with those of a single GCRA that has seen all of them.</summary>
internal sealed record LimitAudit(int OverAdmitted, int WronglyRejected, int Rejected)
{
    /// <summary>The current time, in microseconds.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1e6 / Stopwatch.Frequency;

    public static LimitAudit Of(RateLimitPolicy policy, IEnumerable<ObservedDecision> events)
    {
        var (over, wrong, rejected) = (0, 0, 0);
        foreach (var caller in events.GroupBy(seen => seen.Caller))
        {
            var admitted = caller.Where(seen => seen.IsAdmitted).ToList();
            var rejections = caller.Where(seen => !seen.IsAdmitted).ToList();
            over += CountOverAdmitted(policy, admitted.OrderBy(seen => seen.DecidedAt));
            wrong += CountWronglyRejected(policy, [.. admitted.OrderBy(seen => seen.SentAt)], rejections.OrderBy(seen => seen.DecidedAt));
            rejected += rejections.Count;
        }

        return new(over, wrong, rejected);
    }

    /// <summary>Counts admissions beyond what all earlier decisions had left of the limit.</summary>
    private static int CountOverAdmitted(RateLimitPolicy policy, IEnumerable<ObservedDecision> admitted)
    {
        var (over, tat) = (0, double.MinValue);
        foreach (var seen in admitted)
        {
            over += tat + policy.Interval > seen.DecidedAt + policy.Window + 1 ? 1 : 0;
            tat = Math.Max(tat, seen.SentAt) + policy.Interval;
        }

        return over;
    }

    /// <summary>Counts rejections although all requests sent by then had left something of the limit.</summary>
    private static int CountWronglyRejected(RateLimitPolicy policy, ObservedDecision[] admitted, IEnumerable<ObservedDecision> rejections)
    {
        var (wrong, next, tat) = (0, 0, double.MinValue);
        foreach (var seen in rejections)
        {
            for (; next < admitted.Length && admitted[next].SentAt <= seen.DecidedAt; next++)
            {
                tat = Math.Max(tat, admitted[next].DecidedAt) + policy.Interval;
            }

            wrong += tat + policy.Interval <= seen.SentAt + policy.Window ? 1 : 0;
        }

        return wrong;
    }
}
