using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using StackExchange.Redis;

namespace Gaia.Caching;

/// <summary>The administration over HTTP. Whoever maps it decides where it lies and who may use it.</summary>
public static class CacheEndpoints
{
    /// <summary>What concerns all nodes, whichever answers: keys in Redis, and removing them there and from every memory.</summary>
    public static RouteGroupBuilder MapCacheKeys(this RouteGroupBuilder cache)
    {
        var keys = cache.MapGroup("").AddEndpointFilter(ReportRedisUnavailable);
        keys.MapGet("/keys", Keys).WithName("ListCacheKeys");
        keys.MapGet("/keys/{**key}", Inspect).WithName("GetCacheKey");
        keys.MapDelete("/keys/{**key}", Delete).WithName("DeleteCacheKey");
        keys.MapPost("/flush", Flush).WithName("FlushCache");
        return cache;
    }

    /// <summary>What concerns the node that answers: its statistics, its memory.</summary>
    public static RouteGroupBuilder MapCacheNode(this RouteGroupBuilder cache)
    {
        cache.MapGet("/stats", Stats);
        cache.MapPost("/warm", Warm);
        cache.MapGet("/hot", Hot);
        return cache;
    }

    private static Ok<CacheStats> Stats(CacheAdministration cache, int minutes = 60) => TypedResults.Ok(cache.Stats(Math.Clamp(minutes, 1, 1_440)));

    private static async Task<Results<Ok<CacheKeyPage>, ProblemHttpResult>> Keys(
        CacheAdministration cache,
        CancellationToken ct,
        string pattern = "*",
        string? cursor = null,
        int limit = 100)
    {
        try
        {
            return TypedResults.Ok(await cache.KeysAsync(pattern, cursor, limit, ct));
        }
        catch (ArgumentException)
        {
            return TypedResults.Problem("The cursor is not one that this listing gave out.", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<Results<Ok<CacheEntryInfo>, NotFound>> Inspect(CacheAdministration cache, string key) =>
        await cache.InspectAsync(key) is { } entry ? TypedResults.Ok(entry) : TypedResults.NotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(CacheAdministration cache, string key, CancellationToken ct)
    {
        try
        {
            await cache.DeleteAsync(key, ct);
            return TypedResults.NoContent();
        }
        catch (ArgumentException error)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<Results<Ok<FlushResult>, ProblemHttpResult>> Flush(CacheAdministration cache, FlushRequest request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Pattern))
        {
            return TypedResults.Problem("A pattern is needed, for instance persona:*.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (request.Pattern[0] is '*' or '?' && !request.Confirm)
        {
            return TypedResults.Problem("A pattern that begins with a wildcard can match every key; repeat the request with \"confirm\": true.", statusCode: StatusCodes.Status400BadRequest);
        }

        return TypedResults.Ok(new FlushResult(request.Pattern, await cache.FlushAsync(request.Pattern, ct)));
    }

    private static async Task<Ok<WarmResult>> Warm(CacheAdministration cache, CancellationToken ct) => TypedResults.Ok(new WarmResult(await cache.WarmAsync(ct)));

    private static Ok<IReadOnlyList<HotKey>> Hot(CacheAdministration cache, int limit = 50) => TypedResults.Ok(cache.Hot(Math.Clamp(limit, 1, 1_000)));

    private static async ValueTask<object?> ReportRedisUnavailable(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return TypedResults.Problem("Redis is unavailable.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>A wish to remove keys.</summary>
/// <param name="Pattern">Keys to remove; <c>*</c> is any text and <c>?</c> any character.</param>
/// <param name="Confirm">Needed for a pattern that begins with a wildcard: it can match every key.</param>
public sealed record FlushRequest(string Pattern, bool Confirm = false);

/// <param name="Pattern">What was asked for.</param>
/// <param name="Removed">How many keys went from Redis.</param>
public sealed record FlushResult(string Pattern, long Removed);

/// <param name="Warmed">How many values are in memory now.</param>
public sealed record WarmResult(int Warmed);
