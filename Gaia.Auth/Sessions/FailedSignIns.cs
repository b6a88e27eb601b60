using Gaia.Auth.Attempts;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Sessions;

/// <summary>Records sign-ins that were refused.</summary>
internal sealed class FailedSignIns(AuthDb db, ReportedClientAddress client, TimeProvider clock)
{
    /// <summary>How long they are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <param name="email">Normalized.</param>
    public async Task RecordAsync(string email, CancellationToken ct)
    {
        var account = await db.Users.Where(u => u.Email == email && u.Issuer == null).Select(u => new { u.Id, IsDisabled = u.DisabledAt != null }).SingleOrDefaultAsync(ct);
        db.Add(new FailedSignIn
        {
            At = clock.GetUtcNow(),
            UserId = account?.Id,
            Address = client.Text,
            Reason = account switch { null => SignInFailure.UnknownAccount, { IsDisabled: true } => SignInFailure.DisabledAccount, _ => SignInFailure.WrongPassword },
        });
        await db.SaveChangesAsync(ct);
    }
}
