using Gaia.Caching.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Caches;

/// <summary>The Redis commands of the caches of all nodes, and their price.</summary>
internal static class CacheCostEndpoint
{
    private const int Longest = 1_440;
    private const int MinutesOfMonth = 30 * 24 * 60;

    public static async Task<Ok<CacheCostView>> Get(CacheCluster cluster, IOptions<RedisPriceOptions> price, CancellationToken ct, int minutes = Longest)
    {
        minutes = Math.Clamp(minutes, 1, Longest);
        var (nodes, missing) = await cluster.StatsAsync(minutes, ct);
        var regions = nodes.SelectMany(node => node.Answer.Regions).GroupBy(region => region.Region)
            .Select(region => Of(region.Key, region.Sum(one => one.Total.Commands))).OrderByDescending(region => region.Commands).ToList();
        var commands = regions.Sum(region => region.Commands);
        return TypedResults.Ok(new CacheCostView(
            minutes,
            price.Value.Per100K,
            commands,
            Dollars(commands),
            nodes.Sum(node => Dollars(CommandsOf(node)) * MinutesOfMonth / MinutesOf(node)),
            regions,
            [.. nodes.Select(node => new CacheCostOfNode(node.Service, node.Instance, CommandsOf(node)))],
            [.. missing.Select(MissingNodeView.Of)]));

        CacheCostOfRegion Of(string region, long count) => new(region, count, Dollars(count));
        long CommandsOf(NodeAnswer<CacheStats> node) => node.Answer.Regions.Sum(region => region.Total.Commands);

        // A node that has just started has fewer to go by than were asked for.
        int MinutesOf(NodeAnswer<CacheStats> node) => Math.Clamp(node.Answer.Regions.Max(region => region.Series.Count), 1, minutes);

        decimal Dollars(long count) => price.Value.Of(count);
    }
}

/// <param name="Price">US dollars of 100,000 commands.</param>
/// <param name="Commands">Of the caches; a script is one. Those of the rate limiter and of health checks are not among them.</param>
/// <param name="Cost">US dollars of the last minutes.</param>
/// <param name="CostOfMonth">US dollars of 30 days that are like these minutes.</param>
/// <param name="Missing">Nodes that did not answer.</param>
internal sealed record CacheCostView(
    int Minutes,
    decimal Price,
    long Commands,
    decimal Cost,
    decimal CostOfMonth,
    IReadOnlyList<CacheCostOfRegion> Regions,
    IReadOnlyList<CacheCostOfNode> Nodes,
    IReadOnlyList<MissingNodeView> Missing);

internal sealed record CacheCostOfRegion(string Region, long Commands, decimal Cost);

internal sealed record CacheCostOfNode(string Node, string Instance, long Commands);
