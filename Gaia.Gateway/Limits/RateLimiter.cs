using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Limits;

/// <summary>
/// Decides whether a request is within its caller's quota. Far from the limit a node leases a batch from Redis and decides by itself; near it every
/// request is one question. Without Redis each node enforces limit ÷ nodes. In any window at most nodes × lease requests more than the limit
/// are admitted, and nothing is refused that the limit allows, other than while Redis is unavailable.
/// </summary>
internal sealed class RateLimiter(LeaseStore store, Peers peers, RegionUsage usage, TimeProvider time, IOptions<RateLimitOptions> options)
{
    private readonly ConcurrentDictionary<LeaseKey, Lease> leases = new();
    private readonly ConcurrentDictionary<int, RateLimitPolicy> keyPolicies = new();
    private readonly double ticksPerMicrosecond = time.TimestampFrequency / 1e6;

    /// <summary>By name, each with its tally.</summary>
    public IReadOnlyDictionary<string, RateLimitPolicy> Policies { get; } =
        options.Value.Policies.ToDictionary(policy => policy.Key, policy => new RateLimitPolicy(policy.Key, policy.Value.Limit, policy.Value.Window));

    /// <summary>Of all API keys that have a limit of their own.</summary>
    public DecisionTally KeyTally { get; } = new();

    /// <summary>Everyone whom this node has seen of late.</summary>
    public IEnumerable<KeyValuePair<LeaseKey, Lease>> Leases => leases;

    public int Count => leases.Count;

    /// <summary>How many gateways share the limits.</summary>
    public int Nodes => peers.Count;

    /// <summary>What nodes may let pass on credit now; kept until <see cref="RefreshTerms"/>.</summary>
    public LeaseTerms Terms { get; private set; } = TermsOf(options.Value, peers);

    /// <summary>Microseconds of this node's monotonic clock.</summary>
    public long Now => (long)(time.GetTimestamp() / ticksPerMicrosecond);

    /// <summary>The policy of API keys that may ask so often in a minute.</summary>
    public RateLimitPolicy OfKeys(int limit) =>
        keyPolicies.GetOrAdd(limit, static (limit, tally) => new(PolicyNames.ApiKey, limit, TimeSpan.FromMinutes(1), tally), KeyTally);

    /// <summary>Decides without waiting.</summary>
    /// <returns>False when Redis has to be asked: <see cref="DecideAsync"/>.</returns>
    public bool TryDecide(RateLimitPolicy policy, Identifier who, out Decision decision)
    {
        if (TryDecide(LeaseOf(policy, who), out decision))
        {
            policy.Tally.Count(decision);
            return true;
        }

        return false;
    }

    public async ValueTask<Decision> DecideAsync(RateLimitPolicy policy, Identifier who)
    {
        var lease = LeaseOf(policy, who);
        Decision decision;
        while (!TryDecide(lease, out decision))
        {
            var (turn, place, mustAsk) = lease.Join();
            if (mustAsk)
            {
                // It goes on for whoever joins meanwhile, so it is nobody's in particular.
                _ = AskAsync(lease);
            }

            if (await turn.Answer is { } answer)
            {
                decision = answer.Of(place);
                break;
            }
        }

        policy.Tally.Count(decision);
        return decision;
    }

    /// <summary>Decides by this node's own count, and never tells Redis.</summary>
    public Decision DecideAlone(RateLimitPolicy policy, Identifier who)
    {
        var decision = LeaseOf(policy, who).DecideAlone(Now, peers.Count);
        policy.Tally.Count(decision);
        return decision;
    }

    /// <summary>Whether this node knows that the next request would be refused; nothing is counted.</summary>
    public bool IsUsedUp(RateLimitPolicy policy, Identifier who) => leases.TryGetValue(new(policy, who), out var lease) && lease.IsUsedUp(Now);

    /// <summary>Looks how many nodes there are.</summary>
    public void RefreshTerms() => Terms = TermsOf(options.Value, peers);

    /// <summary>Tells Redis what passed.</summary>
    public async Task ReportAsync(Lease lease, Spending spending) => await AskAsync(lease, spending, 0, Terms);

    public void Forget(KeyValuePair<LeaseKey, Lease> lease) => leases.TryRemove(lease);

    private static LeaseTerms TermsOf(RateLimitOptions options, Peers peers) =>
        new(options.LargestLease, options.LeaseShare * peers.Count, options.LeaseLife, peers.IsOnly);

    private bool TryDecide(Lease lease, out Decision decision)
    {
        var now = Now;
        if (lease.TryDecide(now, Terms, out decision, out var mustAsk))
        {
            if (mustAsk)
            {
                _ = AskAsync(lease);
            }

            return true;
        }

        if (store.IsUnavailable(lease.Key))
        {
            decision = lease.DecideAlone(now, peers.Count);
            return true;
        }

        return false;
    }

    private async Task AskAsync(Lease lease)
    {
        while (lease.NextTurn(Now) is var (turn, spending))
        {
            var (askedAt, terms) = (Now, Terms);
            var grant = await AskAsync(lease, spending, turn.Wanted, terms);
            lease.Land(turn, grant, askedAt, Now, terms.Life);
        }
    }

    private async ValueTask<Grant?> AskAsync(Lease lease, Spending spending, int wanted, LeaseTerms terms)
    {
        var grant = await store.AskAsync(lease.Key, lease.Id.Policy, spending, wanted, terms);
        if (grant is { } granted)
        {
            usage.Add(lease.Id, granted.Granted + spending.Count);
        }

        return grant;
    }

    private Lease LeaseOf(RateLimitPolicy policy, Identifier who)
    {
        var key = new LeaseKey(policy, who);
        return leases.TryGetValue(key, out var lease)
            ? lease
            : leases.GetOrAdd(key, static (key, store) => new Lease(key, store.KeyOf(key.Policy, key.Who)), store);
    }
}

internal readonly record struct LeaseKey(RateLimitPolicy Policy, Identifier Who);
