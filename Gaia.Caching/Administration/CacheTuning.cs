using Gaia.Caching.Advice;

namespace Gaia.Caching.Administration;

/// <summary>Asks all nodes what other settings would bring, and has them try a lifetime for some minutes.</summary>
public sealed class CacheTuning
{
    private readonly CacheCluster cluster;
    private readonly TuningAdvisor advisor;
    private readonly TimeProvider time;

    internal CacheTuning(CacheCluster cluster, CachingOptions options, TimeProvider time) =>
        (this.cluster, advisor, this.time) = (cluster, new(options), time);

    /// <summary>What is recommended now, and what was tried lately.</summary>
    public async Task<ClusterAdvice> AdviseAsync(CancellationToken ct = default) => Of(await cluster.AdviceAsync(ct));

    /// <summary>Has all nodes try the lifetime that is recommended. Tombstones stand longer meanwhile, so that no invalidation is forgotten before the value is.</summary>
    /// <param name="id">Of the recommendation.</param>
    /// <param name="minutes">How long.</param>
    /// <param name="ct">Ends the wait, not the trial.</param>
    public async Task<TrialOutcome> TryAsync(string id, int minutes, CancellationToken ct = default)
    {
        var now = await AdviseAsync(ct);
        if (now.Advice.Regions.Select(region => region.Advice).FirstOrDefault(advice => advice?.Id == id) is not { } advice)
        {
            return now.Advice.Memory.Advice?.Id == id ? TrialOutcome.NotALifetime : TrialOutcome.NotFound;
        }

        if (now.Missing.Count > 0)
        {
            return TrialOutcome.NodesMissing;
        }

        if (now.Trials.Any(trial => trial.Id == id && !trial.IsOver))
        {
            return TrialOutcome.AlreadyRunning;
        }

        var start = new TtlTrialStart(id, id, advice.From, advice.To, minutes, advice.Predicted, advice.Low, advice.High, time.GetUtcNow());
        return (await cluster.TryAsync(start, ct)).Missing.Count is 0 ? TrialOutcome.Started : TrialOutcome.NodesMissing;
    }

    private ClusterAdvice Of(ClusterAnswers<NodeAdvice> answers) => new(
        advisor.Advise([.. answers.Nodes.Select(node => node.Answer.Model)]),
        [.. answers.Nodes.SelectMany(node => node.Answer.Trials).GroupBy(trial => trial.Start).Select(nodes => Sum(nodes.Key, [.. nodes])).OrderByDescending(trial => trial.StartedAt)],
        answers.Missing);

    private static Trial Sum(TtlTrialStart start, IReadOnlyList<TtlTrialReport> nodes) => new(
        start.Id,
        start.Region,
        start.From,
        start.To,
        start.At,
        start.EndsAt,
        nodes.All(node => node.IsOver),
        start.Predicted,
        start.Low,
        start.High,
        nodes.Sum(node => node.Reads),
        nodes.Sum(node => node.Reads) is > 0 and var reads ? Math.Round((double)nodes.Sum(node => node.Hits) / reads, 4) : null);
}

/// <param name="Missing">Nodes that did not answer.</param>
public sealed record ClusterAdvice(TuningAdvice Advice, IReadOnlyList<Trial> Trials, IReadOnlyList<MissingNode> Missing);

/// <summary>A lifetime that was tried, or is.</summary>
/// <param name="Id">The recommendation that it follows.</param>
/// <param name="From">Seconds that values live otherwise.</param>
/// <param name="To">Seconds that they live meanwhile.</param>
/// <param name="Reads">How many the measured ratio is of: those after the values of before had expired, or after half of the time.</param>
/// <param name="Measured">The share of them that memory answered; null before there were any.</param>
public sealed record Trial(
    string Id,
    string Region,
    double From,
    double To,
    DateTimeOffset StartedAt,
    DateTimeOffset EndsAt,
    bool IsOver,
    double Predicted,
    double Low,
    double High,
    long Reads,
    double? Measured);

/// <summary>What became of the wish to try something.</summary>
public enum TrialOutcome
{
    /// <summary>All nodes begin within two seconds.</summary>
    Started,

    /// <summary>There is no such recommendation now.</summary>
    NotFound,

    /// <summary>Memory limits cannot be tried at run time.</summary>
    NotALifetime,

    /// <summary>It is being tried.</summary>
    AlreadyRunning,

    /// <summary>Some nodes did not answer. Those that did may have begun.</summary>
    NodesMissing,
}

/// <summary>One node's part.</summary>
internal sealed record NodeAdvice(CacheModelReport Model, IReadOnlyList<TtlTrialReport> Trials);
