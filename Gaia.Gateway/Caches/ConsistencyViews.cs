using Gaia.Caching.Administration;

namespace Gaia.Gateway.Caches;

/// <summary>What the audits of all nodes have found since they started.</summary>
/// <param name="Nodes">Who audits; none when <c>AUDIT</c> is off.</param>
/// <param name="Violations">The last ones, newest first.</param>
/// <param name="Missing">Nodes that did not answer.</param>
internal sealed record ConsistencyView(
    IReadOnlyList<AuditingNode> Nodes,
    IReadOnlyList<RegionConsistency> Regions,
    IReadOnlyList<ConsistencyViolation> Violations,
    IReadOnlyList<MissingNodeView> Missing)
{
    private const int ViolationLimit = 100;

    public static ConsistencyView Of(IReadOnlyList<NodeAnswer<ConsistencyReport>> nodes, IReadOnlyList<MissingNode> missing, DateTimeOffset now) => new(
        [.. nodes.Select(node => new AuditingNode(node.Service, node.Instance, node.Answer.Since, node.Answer.PerSecond))],
        [.. from node in nodes
            from count in node.Answer.Counts
            group (Count: count, Days: (now - node.Answer.Since).TotalDays) by (count.Region, count.After) into counts
            orderby counts.Key.Region, counts.Key.After
            select RegionConsistency.Of(counts.Key.Region, counts.Key.After, [.. counts])],
        [.. nodes.SelectMany(node => node.Answer.Violations).OrderByDescending(violation => violation.At).Take(ViolationLimit)],
        [.. missing.Select(MissingNodeView.Of)]);
}

/// <param name="PerSecond">How many keys all nodes of the service together look at in a second.</param>
internal sealed record AuditingNode(string Node, string Instance, DateTimeOffset Since, int PerSecond);

/// <summary>How often nodes, or Redis, agreed with the database some time after a change.</summary>
/// <param name="After">Seconds from the change, or from when the database was seen so, to the look.</param>
/// <param name="Late">How many were old at first and no longer when the staleness bound was over.</param>
/// <param name="Nines">So reliable it is, with 95 % confidence: 3 means 99.9 %. Null without a check.</param>
/// <param name="DaysToSixNines">How long it takes at this rate to say so of 99.9999 %; null when there were violations.</param>
internal sealed record RegionConsistency(string Region, int After, long Checks, long Late, long Violations, double? Nines, double? DaysToSixNines)
{
    private const double Six = 6;

    public static RegionConsistency Of(string region, int after, IReadOnlyList<(ConsistencyCount Count, double Days)> nodes)
    {
        var (checks, violations) = (nodes.Sum(node => node.Count.Checks), nodes.Sum(node => node.Count.Violations));
        var perDay = nodes.Sum(node => node.Days > 0 ? node.Count.Checks / node.Days : 0);
        var nines = ConfidentNines.AtLeast(checks, violations);
        return new(
            region,
            after,
            checks,
            nodes.Sum(node => node.Count.Late),
            violations,
            nines is { } reached ? Math.Floor(reached * 100) / 100 : null,
            violations > 0 || perDay <= 0 ? null : Math.Round(Math.Max(0, (ConfidentNines.TrialsFor(Six) - checks) / perDay), 1));
    }
}
