using Gaia.Auth.Attempts;

namespace Gaia.Auth.Sessions;

/// <summary>Records sign-ins that were refused.</summary>
internal sealed class FailedSignIns(AuthDb db, ReportedClientAddress client, TimeProvider clock)
{
    /// <summary>How long they are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <param name="user">Null when no account has the e-mail.</param>
    /// <param name="reason">One of <see cref="SignInFailure"/>.</param>
    public async Task RecordAsync(Guid? user, string reason, CancellationToken ct)
    {
        db.Add(new FailedSignIn { At = clock.GetUtcNow(), UserId = user, Address = client.Text, Reason = reason });
        await db.SaveChangesAsync(ct);
    }
}
