using Gaia.Caching;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.CacheAdministration;

/// <summary>The cache seen as one: keys in the shared Redis, and what each node that caches says of its memory.</summary>
internal static class CacheAdministrationEndpoints
{
    private const string Prefix = "/api/v1/admin";

    public static void MapCacheAdministration(this WebApplication app)
    {
        // These routes are the gateway's own, so it takes its own word on who calls, as any service would.
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), admin => admin.UseInternalIdentity());

        var cache = app.MapGroup($"{Prefix}/cache").WithTags("Cache administration").RequireScope(Scopes.Admin);
        cache.MapCacheKeys();
        cache.MapGet("/stats", Stats);
        cache.MapGet("/hot", Hot);
        cache.MapPost("/warm", Warm);
    }

    private static async Task<Ok<ClusterStats>> Stats(Caching.CacheAdministration own, CacheNodes others, CancellationToken ct, int minutes = 60)
    {
        minutes = Math.Clamp(minutes, 1, 1_440);
        IEnumerable<(string Service, CacheStats Stats)> all = [(Resources.Gateway, own.Stats(minutes)), .. await others.StatsAsync(minutes, ct)];
        return TypedResults.Ok(new ClusterStats(
            minutes,
            [.. from node in all from region in node.Stats.Regions where region.Total.Hits + region.Total.Misses > 0 select new RegionOfNode(node.Service, region)],
            [.. all.Select(node => new NodeStats(node.Service, node.Stats.RedisUsed, node.Stats.LogTrusted, node.Stats.Memory, node.Stats.Slots))]));
    }

    private static async Task<Ok<HotKey[]>> Hot(Caching.CacheAdministration own, CacheNodes others, CancellationToken ct, int limit = 50)
    {
        limit = Math.Clamp(limit, 1, 1_000);
        var elsewhere = (await others.HotAsync(limit, ct)).SelectMany(node => node.Answer);
        return TypedResults.Ok(own.Hot(limit).Concat(elsewhere).OrderByDescending(key => key.Hits).Take(limit).ToArray());
    }

    private static async Task<Ok<WarmResult>> Warm(Caching.CacheAdministration own, CacheNodes others, CancellationToken ct)
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
