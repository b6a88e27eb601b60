using Gaia.Auth.Attempts;
using Gaia.Auth.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth;

/// <summary>What Auth keeps no longer than anybody can need it.</summary>
internal sealed class ExpiredData(AuthDb db, IOptions<RefreshOptions> sessions, IOptions<AttemptOptions> attempts)
{
    public async Task DeleteAsync(DateTimeOffset now, CancellationToken ct)
    {
        var graceEnd = now - sessions.Value.RefreshGrace;
        await db.RefreshTokens.Where(t => t.Successor != null && t.UsedAt < graceEnd).ExecuteUpdateAsync(t => t.SetProperty(x => x.Successor, (byte[]?)null), ct);
        await db.RefreshTokens.Where(t => t.ExpiresAt < now).ExecuteDeleteAsync(ct);
        await db.Sessions.Where(s => !db.RefreshTokens.Any(t => t.SessionId == s.Id)).ExecuteDeleteAsync(ct);

        await db.KeyRequests.Where(r => r.ExpiresAt < now).ExecuteDeleteAsync(ct);

        // Not before everyone has been told, however long NATS is unavailable.
        await db.Revocations.Where(r => r.ForgetAt < now && r.PublishedAt != null).ExecuteDeleteAsync(ct);

        var forgotten = now - attempts.Value.Remembered;
        await db.Attempts.Where(a => a.FreeAt < now && (a.SucceededAt == null || a.SucceededAt < forgotten)).ExecuteDeleteAsync(ct);

        var old = now - FailedSignIns.Kept;
        await db.FailedSignIns.Where(f => f.At < old).ExecuteDeleteAsync(ct);
    }
}
