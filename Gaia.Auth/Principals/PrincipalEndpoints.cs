using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Principals;

/// <summary>Who stands behind a credential. For the gateway only: it forwards nothing under <c>/internal</c>.</summary>
internal static class PrincipalEndpoints
{
    public static void MapPrincipals(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/internal/principals/api-keys/{hash}", ByApiKey).ExcludeFromDescription();

    private static async Task<Results<Ok<Principal>, NotFound>> ByApiKey(string hash, AuthDb db, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var key = await db.ApiKeys.AsNoTracking()
            .SingleOrDefaultAsync(k => k.Hash == hash && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), ct);

        return key is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(new Principal(key.OwnerId, AuthType.ApiKey, key.Id.ToString(), key.Scopes, key.ExpiresAt));
    }
}
