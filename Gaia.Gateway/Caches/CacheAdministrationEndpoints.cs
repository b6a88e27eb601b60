using Gaia.Caching.Administration;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Caches;

/// <summary>The cache seen as one: keys in the shared Redis, and what each node that caches says of its memory.</summary>
internal static class CacheAdministrationEndpoints
{
    /// <summary>Names the nodes that did not answer where the body is a list of something else.</summary>
    private const string MissingNodesHeader = "X-Missing-Nodes";

    private const int HistoryMinutes = 30 * 24 * 60;
    private const int MostSteps = 144;

    /// <summary>In minutes; each divides a day.</summary>
    private static readonly int[] HistorySteps = [5, 15, 60, 120, 360];

    public static void MapCacheAdministration(this IEndpointRouteBuilder routes)
    {
        var cache = routes.MapGroup("/api/v1/admin/cache").WithTags("Cache administration")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));
        cache.MapGroup("").AddEndpointFilter(RecordFlush).MapCacheKeys();
        cache.MapGet("/stats", Stats).WithName("GetCacheStats").WithSummary("Get cache statistics")
            .WithDescription("Hits, misses, loads, latencies and Redis commands by node and region, for the last minutes and minute by minute.");
        cache.MapGet("/history", History).WithName("GetCacheHistory").WithSummary("Get what caches did in the last days")
            .WithDescription("How reads were answered on all nodes together, by region and step, for up to 30 days. It outlives every node: each adds what it has counted "
                + "every few minutes and when it stops. A step is as long as makes at most 144 of them.");
        cache.MapGet("/cost", CacheCostEndpoint.Get).WithName("GetCacheCost").WithSummary("Get the price of Redis commands")
            .WithDescription("Counts the Redis commands of all caches in the last minutes and prices them, for this time and for a month like it.");
        cache.MapGet("/hot", Hot).WithName("ListHotKeys").WithSummary("List the most read keys")
            .WithDescription("Most read first, with the hits of each node. The header `X-Missing-Nodes` names nodes that did not answer.");
        cache.MapGet("/log", Log).WithName("ListInvalidations").WithSummary("List invalidations")
            .WithDescription("Newest first, from the log that every node follows: which key or pattern, when, and from which version on values are accepted. "
                + "`before` is where the page before ended.");
        cache.MapPost("/warm", Warm).WithName("WarmCache").WithSummary("Warm the cache")
            .WithDescription("Loads personas and their lists into the memory of every node.");
    }

    /// <summary>Has a flush recorded with its pattern, and one that only counts not at all.</summary>
    private static ValueTask<object?> RecordFlush(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.Arguments.OfType<FlushRequest>().SingleOrDefault() is { } flush)
        {
            context.HttpContext.Features.Set(new AuditDetail(flush.Pattern ?? "", !flush.DryRun));
        }

        return next(context);
    }

    private static async Task<Ok<ClusterStats>> Stats(CacheCluster cluster, CancellationToken ct, int minutes = 60)
    {
        minutes = Math.Clamp(minutes, 1, 1_440);
        var (nodes, missing) = await cluster.StatsAsync(minutes, ct);
        return TypedResults.Ok(new ClusterStats(
            minutes,
            [.. from node in nodes from region in node.Answer.Regions where region.Total.Hits + region.Total.Misses > 0 select new RegionOfNode(node.Service, node.Instance, region)],
            [.. nodes.Select(NodeStats.Of)],
            [.. missing.Select(MissingNodeView.Of)]));
    }

    private static async Task<Ok<CacheHistoryView>> History(CacheHistory history, CancellationToken ct, int minutes = 1_440)
    {
        minutes = Math.Clamp(minutes, 1, HistoryMinutes);
        var step = HistorySteps.First(step => minutes <= step * MostSteps);
        try
        {
            var steps = await history.ReadAsync(TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(step), ct);
            return TypedResults.Ok(new CacheHistoryView(minutes, step, [.. steps.Select(CacheHistoryStepView.Of)]));
        }
        catch (IOException error)
        {
            throw new UnavailableException("The history of caches", error);
        }
    }

    private static async Task<Ok<ClusterHotKey[]>> Hot(CacheCluster cluster, HttpContext context, CancellationToken ct, int limit = 50)
    {
        limit = Math.Clamp(limit, 1, 1_000);
        var (nodes, missing) = await cluster.HotAsync(limit, ct);
        if (missing.Count > 0)
        {
            context.Response.Headers[MissingNodesHeader] = string.Join(", ", missing.Select(node => node.Instance is null ? node.Service : $"{node.Service}/{node.Instance}"));
        }

        var keys =
            from node in nodes
            from key in node.Answer
            group new HitsOfNode(node.Service, node.Instance, key.Hits) by (key.Key, key.Region) into hits
            select new ClusterHotKey(hits.Key.Key, hits.Key.Region, hits.Sum(node => node.Hits), [.. hits.OrderByDescending(node => node.Hits)]);
        return TypedResults.Ok(keys.OrderByDescending(key => key.Hits).ThenBy(key => key.Key, StringComparer.Ordinal).Take(limit).ToArray());
    }

    private static async Task<Ok<InvalidationPage>> Log(InvalidationHistory history, CancellationToken ct, ulong? before = null, int limit = 50)
    {
        try
        {
            return TypedResults.Ok(await history.ReadAsync(before, Math.Clamp(limit, 1, 500), ct));
        }
        catch (IOException error)
        {
            throw new UnavailableException("The invalidation log", error);
        }
    }

    private static async Task<Ok<WarmResult>> Warm(CacheCluster cluster, CancellationToken ct)
    {
        var (nodes, missing) = await cluster.WarmAsync(ct);
        return TypedResults.Ok(new WarmResult(
            nodes.Sum(node => node.Answer.Warmed),
            [.. nodes.Select(node => new WarmedNode(node.Service, node.Instance, node.Answer.Warmed))],
            [.. missing.Select(MissingNodeView.Of)]));
    }
}
