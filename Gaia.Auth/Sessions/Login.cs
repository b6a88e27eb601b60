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
            .Where(u => u.Email == email && u.Issuer == null && u.DisabledAt == null)
            .Select(u => new { u.Id, u.PasswordHash })
            .SingleOrDefaultAsync(ct);
        if (!passwords.Verify(user?.PasswordHash, request.Password) || await sessions.StartAsync(user!.Id, user.PasswordHash!, ct) is not { } answer)
        {
            await failures.RecordAsync(email, ct);
            return TypedResults.Problem("Invalid e-mail or password.", statusCode: StatusCodes.Status401Unauthorized);
        }

        await attempts.RecordSuccessAsync(email, ct);
        return TypedResults.Ok(answer);
    }
}
