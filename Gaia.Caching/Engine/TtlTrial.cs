using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>For some minutes the values of a region live for another time than declared, on this node.</summary>
/// <param name="Ttl">How long values that are loaded meanwhile are fresh.</param>
/// <param name="StartsAt">On the <see cref="Clock"/>; late enough for all nodes to know by then how long tombstones have to stand.</param>
/// <param name="EndsAt">On the <see cref="Clock"/>.</param>
internal sealed record TtlTrial(TimeSpan Ttl, long StartsAt, long EndsAt)
{
    /// <summary>The longest lifetime that a value of the region can have which was loaded in this trial or in one before.</summary>
    public TimeSpan LongestTtl { get; private init; } = Ttl;

    /// <summary>From when on no value that was loaded in this trial, or in one before, can be left.</summary>
    public long ForgottenAt { get; private init; } = EndsAt + (long)Ttl.TotalMilliseconds;

    /// <summary>The same trial in a region where values of an earlier one may be left.</summary>
    public TtlTrial After(TtlTrial? earlier) => earlier is null ? this : this with
    {
        LongestTtl = earlier.LongestTtl > Ttl ? earlier.LongestTtl : Ttl,
        ForgottenAt = Math.Max(ForgottenAt, earlier.ForgottenAt),
    };

    public bool IsOn(long now) => now >= StartsAt && now < EndsAt;
}
