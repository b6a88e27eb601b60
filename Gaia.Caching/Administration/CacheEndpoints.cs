using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Gaia.Caching.Administration;

/// <summary>The administration over HTTP. Whoever maps it decides where it lies and who may use it.</summary>
public static class CacheEndpoints
{
    /// <summary>Every node is told the pattern of a flush, in one message.</summary>
    private const int LongestPattern = 1_024;

    /// <summary>What concerns all nodes, whichever answers: keys in Redis, and removing them there and from every memory.</summary>
    public static RouteGroupBuilder MapCacheKeys(this RouteGroupBuilder cache)
    {
        var keys = cache.MapGroup("").AddEndpointFilter(RefuseChangesAwayFromHome).AddEndpointFilter(ReportRedisUnavailable);
        keys.MapGet("/keys", Keys).WithName("ListCacheKeys").WithSummary("List cache keys")
            .WithDescription("Lists the keys in Redis that match a pattern, with size and remaining lifetime. A page may be empty and still have a `next_cursor`.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        keys.MapGet("/keys/{**key}", Inspect).WithName("GetCacheKey").WithSummary("Get a cache entry")
            .WithDescription("Shows the value of a key, its version and lifetime, and which nodes hold it in memory. Values of credentials are left out.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        keys.MapDelete("/keys/{**key}", Delete).WithName("DeleteCacheKey").WithSummary("Delete a cache entry")
            .WithDescription("Removes a key from Redis and from the memory of every node. A key that does not exist is no error.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        keys.MapPost("/flush", Flush).WithName("FlushCache").WithSummary("Flush cache entries")
            .WithDescription("Removes all keys that match a pattern from Redis and from the memory of every node, or counts them when `dry_run` is true.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        return cache;
    }

    private static async ValueTask<object?> RefuseChangesAwayFromHome(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<CachingOptions>().HomeRegion is { } home && !HttpMethods.IsGet(context.HttpContext.Request.Method)
            ? TypedResults.Problem($"Keys are removed in region {home}, which this one follows.", statusCode: StatusCodes.Status409Conflict)
            : await next(context);

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

        if (request.Pattern.Length > LongestPattern)
        {
            return TypedResults.Problem($"A pattern has at most {LongestPattern} characters.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (request.Pattern[0] is '*' or '?' && !request.Confirm)
        {
            return TypedResults.Problem("A pattern that begins with a wildcard can match every key; repeat the request with \"confirm\": true.", statusCode: StatusCodes.Status400BadRequest);
        }

        if (request.DryRun)
        {
            return TypedResults.Ok(new FlushResult(request.Pattern, 0, await cache.CountAsync(request.Pattern, ct)));
        }

        var removed = await cache.FlushAsync(request.Pattern, ct);
        return TypedResults.Ok(new FlushResult(request.Pattern, removed, removed));
    }

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

/// <summary>A request to remove keys.</summary>
/// <param name="Pattern">Keys to remove; <c>*</c> is any text and <c>?</c> any character.</param>
/// <param name="Confirm">Needed for a pattern that begins with a wildcard: it can match every key.</param>
/// <param name="DryRun">Only counts what would go.</param>
public sealed record FlushRequest(string Pattern, bool Confirm = false, bool DryRun = false);

/// <param name="Pattern">What was asked for.</param>
/// <param name="Removed">How many keys went from Redis.</param>
/// <param name="Matched">How many keys in Redis matched.</param>
public sealed record FlushResult(string Pattern, long Removed, long Matched);
