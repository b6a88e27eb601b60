using System.ComponentModel.DataAnnotations;
using Gaia.Auth.Attempts;
using Gaia.Auth.Sessions;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Auth.Accounts;

/// <summary>
/// Opens an account and signs in to it. The answer tells whether the e-mail has an account, as clients rely on it; how often one may ask about an e-mail is
/// bounded like guesses at its password.
/// </summary>
internal sealed partial class Register(
    AuthDb db, AttemptLimiter attempts, PasswordHashing passwords, SessionStart sessions, TimeProvider clock, ILogger<Register> log)
{
    public sealed record Request(
        [Required, EmailText] string Email,
        [Required, AcceptablePassword] string Password,
        [StringLength(User.NameLimit), SingleLine] string? Name = null) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (AcceptablePasswordAttribute.Repeats(Password, Email))
            {
                yield return new("The password must not be the e-mail address.", [nameof(Password)]);
            }
        }
    }

    public static Task<Results<Created<SessionAnswer>, ProblemHttpResult>> Handle(Request request, HttpContext context, Register register, CancellationToken ct) =>
        register.OpenAsync(request, context, ct);

    private async Task<Results<Created<SessionAnswer>, ProblemHttpResult>> OpenAsync(Request request, HttpContext context, CancellationToken ct)
    {
        var email = User.NormalizeEmail(request.Email);
        if (await attempts.TakeAsync($"register {email}", ct) is { } wait)
        {
            return TooManyAttempts.After(context, wait);
        }

        if (await db.Users.AnyAsync(u => u.Email == email && u.Issuer == null, ct) || await AddAsync(email, request, ct) is not { } user)
        {
            return TypedResults.Problem("An account with this e-mail exists already.", statusCode: StatusCodes.Status409Conflict);
        }

        LogRegistered(user.Id);
        return await sessions.StartAsync(user.Id, user.PasswordHash!, ct) is { } answer
            ? TypedResults.Created("/api/v1/auth/me", answer)
            : TypedResults.Problem(statusCode: StatusCodes.Status409Conflict);
    }

    /// <returns>Null when somebody else was faster.</returns>
    private async Task<User?> AddAsync(string email, Request request, CancellationToken ct)
    {
        var user = new User
        {
            Email = email,
            Name = request.Name,
            PasswordHash = passwords.Hash(request.Password),
            Scopes = User.DefaultScopes,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(user);
        db.Record(new UserRegistered(user.Id, IsExternal: false));
        try
        {
            await db.SaveChangesAsync(ct);
            return user;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} registered")]
    private partial void LogRegistered(Guid userId);
}
