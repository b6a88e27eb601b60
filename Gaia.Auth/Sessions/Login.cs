using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Attempts;
using Gaia.Auth.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Sessions;

/// <summary>Signs in with e-mail and password. Wrong is wrong: the answer and the work done for it do not tell whether the account exists.</summary>
internal static class Login
{
    public sealed record Request(
        [Required, EmailText] string Email,
        [Required, StringLength(AcceptablePasswordAttribute.Longest)] string Password);

    public static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext context, AuthDb db, AttemptLimiter attempts, FailedSignIns failures, PasswordHashing passwords, SessionStart sessions, CancellationToken ct)
    {
        var email = User.NormalizeEmail(request.Email);
        if (await attempts.TakeAsync(email, ct) is { } wait)
        {
            return TooManyAttempts.After(context, wait);
        }

        var user = await db.Users
            .Where(u => u.Email == email && u.Issuer == null)
            .Select(u => new { u.Id, u.PasswordHash, IsDisabled = u.DisabledAt != null })
            .SingleOrDefaultAsync(ct);
        var hash = user is { IsDisabled: false } ? user.PasswordHash : null;
        if (!passwords.Verify(hash, request.Password) || await sessions.StartAsync(user!.Id, hash!, ct) is not { } answer)
        {
            var reason = user switch { null => SignInFailure.UnknownAccount, { IsDisabled: true } => SignInFailure.DisabledAccount, _ => SignInFailure.WrongPassword };
            await failures.RecordAsync(user?.Id, reason, ct);
            return TypedResults.Problem("Invalid e-mail or password.", statusCode: StatusCodes.Status401Unauthorized);
        }

        await attempts.RecordSuccessAsync(email, ct);
        return TypedResults.Ok(answer);
    }
}
