using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Sessions;

/// <summary>Sign-ins that were refused, for administrators.</summary>
internal static class FailedSignInEndpoints
{
    private const int PageLimit = 200;

    public static void MapFailedSignIns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/failed-sign-ins", List).WithName("ListFailedSignIns").WithTags("Users").RequireScope(Scopes.Admin)
            .WithSummary("List failed sign-ins")
            .WithDescription("The sign-ins by e-mail and password of the last 30 days that were refused, newest first: at which account, from which address and why. "
                + "Guesses beyond the limit of an account are refused before they are tried, and not listed.");

    /// <param name="cursor">The last one of the page before.</param>
    private static async Task<FailedSignInList> List(AuthDb db, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, Guid? cursor = null)
    {
        var total = await db.FailedSignIns.CountAsync(ct);
        var found = await db.FailedSignIns.Where(f => cursor == null || f.Id < cursor).OrderByDescending(f => f.Id).Take(limit + 1)
            .Select(f => new FailedSignInView(f.Id, f.At, f.User == null ? null : new(f.User.Id, f.User.Email, f.User.Name), f.Address, f.Reason))
            .ToListAsync(ct);
        return new([.. found.Take(limit)], total, found.Count > limit ? found[limit - 1].Id : null);
    }
}

/// <param name="Total">On all pages.</param>
internal sealed record FailedSignInList(IReadOnlyList<FailedSignInView> FailedSignIns, int Total, Guid? NextCursor);

/// <param name="User">Null when no account has the e-mail that was tried.</param>
/// <param name="Address">Where it came from; of an IPv6 address the network.</param>
/// <param name="Reason"><c>wrong_password</c>, <c>unknown_account</c> or <c>disabled_account</c>.</param>
internal sealed record FailedSignInView(Guid Id, DateTimeOffset At, UserView? User, string Address, string Reason);
