using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>When keys were last used, which gateways tell in batches: no request waits for it.</summary>
internal static class ApiKeyUses
{
    public sealed record Request([Required, MaxLength(1_000)] Use[] Uses);

    public sealed record Use(Guid KeyId, DateTimeOffset At);

    public static void MapApiKeyUses(this IEndpointRouteBuilder routes) => routes.MapInternal("/api-keys").MapPost("/uses", Handle);

    private static async Task<IResult> Handle(Request request, AuthDb db, CancellationToken ct)
    {
        var latest = request.Uses.GroupBy(u => u.KeyId).ToDictionary(u => u.Key, u => u.Max(x => x.At).ToUniversalTime());
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE api_keys SET last_used_at = greatest(last_used_at, used.at)
            FROM unnest({latest.Keys.ToArray()}, {latest.Values.ToArray()}) AS used(id, at) WHERE api_keys.id = used.id
            """,
            ct);
        return TypedResults.NoContent();
    }
}
