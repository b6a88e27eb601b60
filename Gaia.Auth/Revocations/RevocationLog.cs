using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Revocations;

/// <summary>What has ended, in the order in which it ended.</summary>
internal sealed class RevocationLog(AuthDb db, RevocationPublisher publisher, IOptions<RevocationOptions> options, TimeProvider clock)
{
    private long written;

    /// <summary>What whatever is issued next is as of. Read it before the facts that are issued, so that a later ending of them is noticed.</summary>
    public Task<long> GetPositionAsync(CancellationToken ct) => db.RevocationPositions.Select(p => p.Position).SingleAsync(ct);

    /// <summary>Commits what ends something together with the revocations that say so, and returns when they are published or <see cref="RevocationPublisher"/> gives up waiting.</summary>
    public async Task<T> CommitAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        written = 0;
        var result = await db.ExecuteInTransactionAsync(work, ct);
        if (written > 0)
        {
            await publisher.WaitForAsync(written);
        }

        return result;
    }

    public async Task CommitAsync(Func<Task> work, CancellationToken ct) =>
        await CommitAsync(
            async () =>
            {
                await work();
                return true;
            },
            ct);

    /// <summary>Ends what was derived from the holders up to now. Only inside <see cref="CommitAsync"/>, as the last thing done there: other endings wait for its commit.</summary>
    /// <param name="validUntil">The expiry of what ends, when that is later than any access token's.</param>
    public async Task RevokeAsync(IReadOnlyCollection<Guid> holders, string reason, CancellationToken ct, DateTimeOffset? validUntil = null)
    {
        if (holders.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var forgetAt = now + options.Value.Retention;
        written = await RevocationEntry.WriteAsync(db, holders, reason, now, validUntil > forgetAt ? validUntil.Value : forgetAt, ct);
    }

    public Task RevokeAsync(Guid holder, string reason, CancellationToken ct, DateTimeOffset? validUntil = null) => RevokeAsync([holder], reason, ct, validUntil);

    public Task<bool> IsOverAsync(PrincipalSnapshot snapshot, CancellationToken ct)
    {
        var (subject, credential) = (snapshot.Principal.Subject, Guid.Parse(snapshot.Principal.CredentialId!));
        return db.Revocations.AnyAsync(r => (r.Holder == subject || r.Holder == credential) && r.Position > snapshot.AsOf, ct);
    }
}
