using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Revocations;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Accounts;

/// <summary>What administrators do to accounts other than their own: nobody locks themself out.</summary>
internal sealed partial class UserAdministration(AuthDb db, CurrentUser caller, RevocationLog revocations, TimeProvider clock, ILogger<UserAdministration> log)
{
    public sealed record ScopesRequest([Required, KnownScopes] string[] Scopes);

    public static Task<Results<Ok<UserRecord>, ProblemHttpResult>> DisableAsync(Guid id, UserAdministration users, CancellationToken ct) =>
        users.ChangeAsync(id, RevocationReason.UserDisabled, () => users.DisableAsync(id, ct), ct);

    public static Task<Results<Ok<UserRecord>, ProblemHttpResult>> EnableAsync(Guid id, UserAdministration users, CancellationToken ct) =>
        users.ChangeAsync(id, reason: null, () => users.EnableAsync(id, ct), ct);

    /// <summary>Access tokens with the old scopes are refused from then on; a refresh brings new ones.</summary>
    public static Task<Results<Ok<UserRecord>, ProblemHttpResult>> SetScopesAsync(Guid id, ScopesRequest request, UserAdministration users, CancellationToken ct) =>
        users.ChangeAsync(id, RevocationReason.ScopesChanged, () => users.SetScopesAsync(id, [.. Scopes.All.Intersect(request.Scopes)], ct), ct);

    private async Task DisableAsync(Guid id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(u => u.SetProperty(x => x.DisabledAt, x => x.DisabledAt ?? now), ct);
        await db.Sessions.Where(s => s.UserId == id && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
    }

    private async Task EnableAsync(Guid id, CancellationToken ct) =>
        await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(u => u.SetProperty(x => x.DisabledAt, (DateTimeOffset?)null), ct);

    private async Task SetScopesAsync(Guid id, string[] scopes, CancellationToken ct) =>
        await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(u => u.SetProperty(x => x.Scopes, scopes), ct);

    private async Task<Results<Ok<UserRecord>, ProblemHttpResult>> ChangeAsync(Guid id, string? reason, Func<Task> change, CancellationToken ct)
    {
        if (id == caller.Id)
        {
            return TypedResults.Problem("Administrators cannot change their own account.", statusCode: StatusCodes.Status409Conflict);
        }

        var user = await revocations.CommitAsync(
            async () =>
            {
                await change();
                var found = await db.Users.Where(u => u.Id == id).Select(UserRecord.From).SingleOrDefaultAsync(ct);
                if (found is not null && reason is not null)
                {
                    if (reason is RevocationReason.UserDisabled)
                    {
                        db.Record(new UserDisabled(id, caller.Id));
                    }

                    await revocations.RevokeAsync(id, reason, ct);
                }

                return found;
            },
            ct);
        if (user is null)
        {
            return TypedResults.Problem("User not found", statusCode: StatusCodes.Status404NotFound);
        }

        LogChanged(id, caller.Id, reason ?? "user_enabled");
        return TypedResults.Ok(user);
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed by administrator {AdministratorId}: {Change}")]
    private partial void LogChanged(Guid userId, Guid? administratorId, string change);
}
