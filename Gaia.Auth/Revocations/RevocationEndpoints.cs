using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Revocations;

internal static class RevocationEndpoints
{
    public static void MapRevocations(this IEndpointRouteBuilder routes) => routes.MapInternal("/revocations").MapGet("/", After);

    private static async Task<RevocationPage> After(AuthDb db, RevocationLog log, TimeProvider clock, CancellationToken ct, long after = 0)
    {
        // The position first: what is committed between the two reads is in the list, and told again next time.
        var position = await log.GetPositionAsync(ct);
        var now = clock.GetUtcNow();
        var live = await db.Revocations.Where(r => r.Position > after && r.ForgetAt > now).OrderBy(r => r.Position).Select(RevocationEntry.ToRevocation).ToListAsync(ct);
        return new(position, live);
    }
}
