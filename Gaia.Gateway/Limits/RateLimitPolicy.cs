using System.Globalization;

namespace Gaia.Gateway.Limits;

/// <summary>How often one caller may ask: <paramref name="limit"/> requests at once, refilled evenly over the window (GCRA).</summary>
/// <param name="name">Its name in headers and metrics.</param>
/// <param name="limit">Requests.</param>
/// <param name="window">Their time.</param>
/// <param name="tally">Counts the decisions, for policies that share one; null: one of its own.</param>
internal sealed class RateLimitPolicy(string name, int limit, TimeSpan window, DecisionTally? tally = null)
{
    public string Name => name;

    /// <summary>Requests.</summary>
    public int Limit => limit;

    /// <summary>Microseconds.</summary>
    public double Window { get; } = window.TotalMicroseconds;

    /// <summary>Microseconds that one request costs: the emission interval of GCRA.</summary>
    public double Interval { get; } = window.TotalMicroseconds / limit;

    /// <summary>The value of <c>RateLimit-Policy</c>.</summary>
    public string Header { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={limit};w={window.TotalSeconds:0}");

    /// <summary>
    /// What follows <c>rate_limit:{identifier}:</c> in Redis. The limit is in it: what the number there means depends on it, so under another limit, of the
    /// next deployment for instance, counting begins anew; otherwise three requests of three would read as all of a thousand.
    /// </summary>
    public string WindowName { get; } = string.Create(CultureInfo.InvariantCulture, $"{name}:{limit}/{window.TotalSeconds:0}");

    public DecisionTally Tally { get; } = tally ?? new();
}
