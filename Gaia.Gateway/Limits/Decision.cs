namespace Gaia.Gateway.Limits;

/// <summary>The limiter's answer to one request.</summary>
/// <param name="Policy">By which it was decided.</param>
/// <param name="IsAdmitted">Whether the request may go on.</param>
/// <param name="Remaining">How many more requests would be admitted at this moment, at least.</param>
/// <param name="UntilFull">Microseconds until the whole quota is free again.</param>
/// <param name="UntilNext">Microseconds until a request would be admitted; zero unless this one was refused.</param>
internal readonly record struct Decision(RateLimitPolicy Policy, bool IsAdmitted, int Remaining, double UntilFull, double UntilNext)
{
    // A request that the quota holds exactly must not fail by what a double cannot represent.
    private const double Epsilon = 1e-6;

    /// <summary>Seconds, for <c>RateLimit</c>'s <c>t</c>.</summary>
    public long ResetSeconds => (long)Math.Ceiling(UntilFull / 1e6);

    /// <summary>Seconds, for <c>Retry-After</c>, which knows no fractions and must not invite a request that is refused again.</summary>
    public long RetryAfterSeconds => Math.Max(1, (long)Math.Ceiling(UntilNext / 1e6));

    public static Decision Admit(RateLimitPolicy policy, double tat, double now, double interval) =>
        new(policy, true, Free(policy, tat, now, interval), Math.Max(0, tat - now), 0);

    public static Decision Refuse(RateLimitPolicy policy, double tat, double now, double interval) =>
        new(policy, false, 0, Math.Max(0, tat - now), Math.Max(0, tat + interval - now - policy.Window));

    /// <summary>How many requests fit between the theoretical arrival time and the end of the window.</summary>
    private static int Free(RateLimitPolicy policy, double tat, double now, double interval) =>
        (int)Math.Max(0, ((now + policy.Window - Math.Max(tat, now)) / interval) + Epsilon);
}
