using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Attempts;
using Gaia.Auth.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Sessions;

/// <summary>Signs in with e-mail and password. Wrong is wrong: the answer and the work done for it do not tell whether the account exists.</summary>
internal static class Login
{
    /// <param name="Cookie">Whether the refresh token goes into a cookie that no script can read, instead of the answer.</param>
    public sealed record Request(
        [Required, EmailText] string Email,
        [Required, StringLength(AcceptablePasswordAttribute.Longest)] string Password,
        bool Cookie = false);

    public static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> Handle(
        Request request,
        HttpContext context,
        AuthDb db,
        AttemptLimiter attempts,
        FailedSignIns failures,
        PasswordHashing passwords,
        SessionStart sessions,
        IOptions<RefreshOptions> options,
        CancellationToken ct)
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
        return TypedResults.Ok(request.Cookie ? RefreshCookie.Move(answer, context.Response, options.Value.RefreshLifetime) : answer);
    }
}
