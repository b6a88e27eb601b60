using System.Diagnostics.Metrics;

namespace Gaia.Gateway.Limits;

/// <summary>What the limiter decided, and how wrong it can be at most.</summary>
internal sealed class RateLimitMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly RateLimiter limiter;

    public RateLimitMetrics(RateLimiter limiter, IMeterFactory meters)
    {
        this.limiter = limiter;
        meter = meters.Create("Gaia.Limits");
        meter.CreateObservableCounter("gaia.limits.decisions", Decisions, "{request}", "Requests admitted and refused, by policy");
        meter.CreateObservableGauge(
            "gaia.limits.over_admission.bound", Bounds, "{request}", "The most requests over one caller's limit that all nodes together may admit in a window: nodes × lease");
        meter.CreateObservableGauge(
            "gaia.limits.outstanding", () => limiter.Leases.Sum(lease => (long)lease.Value.Unreported(limiter.Now, limiter.Terms)), "{request}",
            "Requests that this node may let pass, or let pass, without Redis knowing it");
    }

    /// <summary>Nodes × lease: each node lets at most one lease pass that the others do not know of, and a lease is at most this part of the limit.</summary>
    public static int BoundOf(RateLimitPolicy policy, LeaseTerms terms, int nodes) => nodes * Math.Min(terms.Largest, policy.Limit / terms.Share);

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<long>> Decisions() =>
        limiter.Policies.Values.Select(policy => (policy.Name, policy.Tally)).Append((Name: PolicyNames.ApiKey, Tally: limiter.KeyTally)).SelectMany(policy => new Measurement<long>[]
        {
            new(policy.Tally.Admitted, new KeyValuePair<string, object?>("policy", policy.Name), new KeyValuePair<string, object?>("outcome", "admitted")),
            new(policy.Tally.Refused, new KeyValuePair<string, object?>("policy", policy.Name), new KeyValuePair<string, object?>("outcome", "refused")),
        });

    private IEnumerable<Measurement<int>> Bounds() => limiter.Policies.Values.Select(policy =>
        new Measurement<int>(BoundOf(policy, limiter.Terms, limiter.Nodes), new KeyValuePair<string, object?>("policy", policy.Name)));
}
