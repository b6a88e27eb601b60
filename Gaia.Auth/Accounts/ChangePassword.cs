using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Attempts;
using Gaia.Auth.Revocations;
using Gaia.Auth.Sessions;
using Gaia.Auth.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Accounts;

/// <summary>Changes the caller's password. Every other session ends: whoever knew the old password is out.</summary>
internal sealed partial class ChangePassword(
    AuthDb db, CurrentUser caller, AttemptLimiter attempts, PasswordHashing passwords, RevocationLog revocations, TimeProvider clock, ILogger<ChangePassword> log)
{
    public sealed record Request(
        [Required, StringLength(AcceptablePasswordAttribute.Longest)] string CurrentPassword,
        [Required, AcceptablePassword] string NewPassword);

    public static Task<Results<Ok<MessageAnswer>, ProblemHttpResult>> Handle(Request request, HttpContext context, ChangePassword change, CancellationToken ct) =>
        change.RunAsync(request, context, ct);

    private async Task<Results<Ok<MessageAnswer>, ProblemHttpResult>> RunAsync(Request request, HttpContext context, CancellationToken ct)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == caller.Id, ct);
        var account = user.Email ?? user.Id.ToString();
        if (await attempts.TakeAsync(account, ct) is { } wait)
        {
            return TooManyAttempts.After(context, wait);
        }

        if (!passwords.Verify(user.PasswordHash, request.CurrentPassword))
        {
            return TypedResults.Problem("The current password is wrong.", statusCode: StatusCodes.Status403Forbidden);
        }

        var hash = passwords.Hash(request.NewPassword);
        if (!await revocations.CommitAsync(() => ReplaceAsync(user.Id, user.PasswordHash!, hash, ct), ct))
        {
            return TypedResults.Problem("The password was changed meanwhile.", statusCode: StatusCodes.Status409Conflict);
        }

        await attempts.RecordSuccessAsync(account, ct);
        LogChanged(user.Id);
        return TypedResults.Ok(new MessageAnswer("Password changed successfully"));
    }

    private async Task<bool> ReplaceAsync(Guid userId, string oldHash, string newHash, CancellationToken ct)
    {
        // Locks the row first: a sign-in with the old password has committed its session by now, or will see that the password is another.
        var changed = await db.Users.Where(u => u.Id == userId && u.PasswordHash == oldHash).ExecuteUpdateAsync(u => u.SetProperty(x => x.PasswordHash, newHash), ct);
        if (changed == 0)
        {
            return false;
        }

        var current = Guid.TryParse(caller.Principal!.CredentialId, out var id) ? id : Guid.Empty;
        var others = await db.Sessions.Where(s => s.UserId == userId && s.Id != current && s.EndedAt == null).Select(s => s.Id).ToListAsync(ct);
        await db.Sessions.Where(s => others.Contains(s.Id)).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, clock.GetUtcNow()), ct);
        await revocations.RevokeAsync(others, RevocationReason.PasswordChanged, ct);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed the password")]
    private partial void LogChanged(Guid userId);
}
