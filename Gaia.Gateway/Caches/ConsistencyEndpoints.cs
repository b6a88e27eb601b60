using Gaia.Caching.Administration;
using Gaia.Gateway.Admission;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Caches;

/// <summary>How well the caches agree with the databases, as the services that own the rows have seen it.</summary>
internal static class ConsistencyEndpoints
{
    public static void MapConsistency(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/consistency", Read).WithName("GetConsistency").WithTags("Cache administration")
            .WithSummary("Get the consistency of the caches")
            .WithDescription("Summarizes the comparisons of cached values with their rows: how many were made, how many found an older value, and how old it was.")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));

    private static async Task<Ok<ConsistencyView>> Read(CacheCluster cluster, TimeProvider time, CancellationToken ct)
    {
        var (nodes, missing) = await cluster.ConsistencyAsync(ct);
        return TypedResults.Ok(ConsistencyView.Of(nodes, missing, time.GetUtcNow()));
    }
}
