using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Revocations;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Accounts;

/// <summary>What has ended, for administrators.</summary>
internal static class RevocationAdministration
{
    private const int PageLimit = 200;

    public static void MapRevocationAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/revocations", List).WithName("ListRevocations").WithTags("Revocations").RequireScope(Scopes.Admin)
            .WithSummary("List revocations")
            .WithDescription("Newest first: which user, session, API key or signing key ended, why and when, and how long it took to tell the gateways. "
                + "A revocation is listed until nothing that it ended could be valid any longer. `before` is the position where the page before ended.");

    private static async Task<RevocationList> List(AuthDb db, TimeProvider clock, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, long? before = null)
    {
        var now = clock.GetUtcNow();
        var live = db.Revocations.Where(r => r.ForgetAt > now);
        var total = await live.CountAsync(ct);
        var found = await live.Where(r => before == null || r.Position < before).OrderByDescending(r => r.Position).Take(limit + 1)
            .Select(r => new
            {
                Entry = r,
                User = db.Users.Where(u => u.Id == r.Holder || db.Sessions.Any(s => s.Id == r.Holder && s.UserId == u.Id)).Select(UserView.From).FirstOrDefault(),
            })
            .ToListAsync(ct);
        return new(
            [.. found.Take(limit).Select(r => RevocationView.Of(r.Entry, r.User))],
            total,
            found.Count > limit ? found[limit - 1].Entry.Position : null);
    }
}

/// <param name="Total">On all pages.</param>
/// <param name="Before">Where earlier ones begin; null when these are the earliest.</param>
internal sealed record RevocationList(IReadOnlyList<RevocationView> Revocations, int Total, long? Before);

/// <param name="Holder">The id of what ended: a user, a session, an API key, a foreign token or a signing key.</param>
/// <param name="User">Whose it was, where that is still known.</param>
/// <param name="PublishedAfterMs">How long after its commit it was in the log that gateways follow; null until it is.</param>
/// <param name="ForgetAt">From then on nothing that it ended could be valid anyway.</param>
internal sealed record RevocationView(
    long Position, string Reason, Guid Holder, UserView? User, DateTimeOffset RevokedAt, double? PublishedAfterMs, DateTimeOffset ForgetAt)
{
    public static RevocationView Of(RevocationEntry entry, UserView? user) =>
        new(entry.Position, entry.Reason, entry.Holder, user, entry.RevokedAt, (entry.PublishedAt - entry.RevokedAt)?.TotalMilliseconds, entry.ForgetAt);
}
