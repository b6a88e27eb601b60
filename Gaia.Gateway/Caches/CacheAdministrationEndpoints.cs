using Gaia.Caching;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Caches;

/// <summary>The cache seen as one: keys in the shared Redis, and what each node that caches says of its memory.</summary>
internal static class CacheAdministrationEndpoints
{
    public static void MapCacheAdministration(this IEndpointRouteBuilder routes)
    {
        var cache = routes.MapGroup("/api/v1/admin/cache").WithTags("Cache administration")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));
        cache.MapCacheKeys();
        cache.MapGet("/stats", Stats).WithName("GetCacheStats");
        cache.MapGet("/hot", Hot).WithName("ListHotKeys");
        cache.MapPost("/warm", Warm).WithName("WarmCache");
    }

    private static async Task<Ok<ClusterStats>> Stats(CacheAdministration own, CacheNodes others, CancellationToken ct, int minutes = 60)
    {
        minutes = Math.Clamp(minutes, 1, 1_440);
        IEnumerable<(string Service, CacheStats Stats)> all = [(Resources.Gateway, own.Stats(minutes)), .. await others.StatsAsync(minutes, ct)];
        return TypedResults.Ok(new ClusterStats(
            minutes,
            [.. from node in all from region in node.Stats.Regions where region.Total.Hits + region.Total.Misses > 0 select new RegionOfNode(node.Service, region)],
            [.. all.Select(node => new NodeStats(node.Service, node.Stats.RedisUsed, node.Stats.LogTrusted, node.Stats.Memory, node.Stats.Slots))]));
    }

    private static async Task<Ok<HotKey[]>> Hot(CacheAdministration own, CacheNodes others, CancellationToken ct, int limit = 50)
    {
        limit = Math.Clamp(limit, 1, 1_000);
        var elsewhere = (await others.HotAsync(limit, ct)).SelectMany(node => node.Answer);
        return TypedResults.Ok(own.Hot(limit).Concat(elsewhere).OrderByDescending(key => key.Hits).Take(limit).ToArray());
    }

    private static async Task<Ok<WarmResult>> Warm(CacheAdministration own, CacheNodes others, CancellationToken ct)
    {
        var elsewhere = others.WarmAsync(ct);
        var here = await own.WarmAsync(ct);
        return TypedResults.Ok(new WarmResult(here + (await elsewhere).Sum(node => node.Answer.Warmed)));
    }
}

/// <summary>What all caches did lately, region by region on each node.</summary>
internal sealed record ClusterStats(int Minutes, IReadOnlyList<RegionOfNode> Regions, IReadOnlyList<NodeStats> Nodes);

internal sealed record RegionOfNode(string Node, RegionStats Stats);

/// <param name="Memory">Estimated bytes of values in memory.</param>
/// <param name="Slots">Keys that the node knows.</param>
internal sealed record NodeStats(string Node, bool RedisUsed, bool LogTrusted, long Memory, int Slots);
