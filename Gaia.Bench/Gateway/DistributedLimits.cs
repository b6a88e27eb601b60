using Gaia.Bench.Reporting;
using Gaia.Gateway.Limits;
using Gaia.Testing.Caching.Advice;
using Gaia.Testing.Limits;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P18: a million requests of callers whose numbers follow Zipf's law, spread at random over the limiters of four nodes on one Redis. Afterwards every
/// decision is compared with that of a single limiter that has seen all requests, on one clock.
/// </summary>
internal static class DistributedLimits
{
    private const int Nodes = 4;
    private const int Requests = 1_000_000;
    private const int Callers = 10_000;
    private const int Clients = 32;

    /// <summary>Microseconds between two requests, of all clients together.</summary>
    private const double Pause = 33;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        List<double> over = [];
        List<double> wrong = [];
        List<double> rejected = [];
        for (var repetition = 0; repetition < GatewayBench.Repetitions; repetition++)
        {
            var audit = await MeasureAsync(repetition, ct);
            over.Add(100.0 * audit.OverAdmitted / Requests);
            wrong.Add(audit.WronglyRejected);
            rejected.Add(audit.Rejected);
        }

        return
        [
            new($"Limits of {Nodes} nodes, Zipf callers, 1,000,000 requests in about {Requests * Pause / 1e6:0} s: admitted over the limit, %", Goal.NoMoreThan("P18", 0.5, "%"), Cell.Median(Statistics.Of(over))),
            new("the same: rejected wrongly", Goal.NoMoreThan("P18", 0), Cell.Worst(Statistics.Of(wrong))),
            new("the same: rejected", null, Cell.Median(Statistics.Of(rejected))),
        ];
    }

    private static async Task<LimitAudit> MeasureAsync(int seed, CancellationToken ct)
    {
        await using var redis = await RedisServer.StartAsync(ct: ct);
        var nodes = new LimiterNode[Nodes];
        for (var i = 0; i < Nodes; i++)
        {
            nodes[i] = await LimiterNode.StartAsync(redis.ConnectionString, Nodes);
        }

        // The default limit of an anonymous caller.
        var policy = new RateLimitPolicy("bench", 1_200, TimeSpan.FromMinutes(1));
        var callers = new ZipfNumbers(Callers);
        var seen = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(nodes, policy, callers, new Random((seed * Clients) + client)), ct)));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        return LimitAudit.Of(policy, seen.SelectMany(events => events));
    }

    private static async Task<List<ObservedDecision>> AskAsync(LimiterNode[] nodes, RateLimitPolicy policy, ZipfNumbers callers, Random random)
    {
        List<ObservedDecision> seen = [];
        var start = LimitAudit.Now;
        for (var i = 0; i < Requests / Clients; i++)
        {
            while (LimitAudit.Now < start + (i * Pause * Clients))
            {
                await Task.Delay(1);
            }

            var caller = callers.Next(random);
            var sentAt = LimitAudit.Now;
            var decision = await nodes[random.Next(Nodes)].AskAsync(policy, new Identifier(IdentifierKind.User, (UInt128)caller));
            seen.Add(new(caller, sentAt, LimitAudit.Now, decision.IsAdmitted));
        }

        return seen;
    }
}
