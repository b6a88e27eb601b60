using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gaia.Auth.Accounts;

/// <summary>Opens the account that everything else is administered with. Afterwards it is one like any other: its password is not reset.</summary>
internal static partial class FirstAdministrator
{
    /// <returns>The administrator; null when none is configured.</returns>
    public static async Task<User?> EnsureAsync(AuthDb db, AdministratorOptions options, PasswordHashing passwords, TimeProvider clock, CancellationToken ct)
    {
        if (options is not { Email: { } address, Password: { } password })
        {
            return null;
        }

        var log = db.GetService<ILoggerFactory>().CreateLogger(typeof(FirstAdministrator).FullName!);
        var email = User.NormalizeEmail(address);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Email == email && u.Issuer == null, ct);
        if (user is null)
        {
            user = new() { Email = email, Name = "Administrator", PasswordHash = passwords.Hash(password), Scopes = [.. Scopes.All], CreatedAt = clock.GetUtcNow() };
            db.Add(user);
            db.Record(new UserRegistered(user.Id, IsExternal: false));
            await db.SaveChangesAsync(ct);
            LogMade(log, user.Id);
        }
        else if (!user.Scopes.Contains(Scopes.Admin))
        {
            // Whoever registered it may be anybody: an e-mail is not verified.
            LogTaken(log, user.Id);
            return null;
        }

        return user;
    }

    [LoggerMessage(LogLevel.Information, "Made the first administrator, {UserId}")]
    private static partial void LogMade(ILogger log, Guid userId);

    [LoggerMessage(LogLevel.Warning, "ADMIN_EMAIL is the address of user {UserId}, who is no administrator and does not become one")]
    private static partial void LogTaken(ILogger log, Guid userId);
}
