using Gaia.Auth.Revocations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Tokens;

/// <summary>Makes keys when they are due, or when somebody says so. One node at a time, whichever comes first.</summary>
internal sealed partial class SigningKeyRotation(
    AuthDb db, SigningKeyVault vault, RevocationLog revocations, IOptions<SigningKeyOptions> options, IOptions<TokenOptions> tokens, TimeProvider clock, ILogger<SigningKeyRotation> log)
{
    private const long LockId = 0x6761_6961_6B65_7973;

    /// <summary>Every token that a key signed has expired this long after the next took over, on any node.</summary>
    private TimeSpan VerifiesFor => tokens.Value.AccessTokenLifetime + TimeSpan.FromMinutes(1);

    /// <summary>The keys, with one that signs and one that is published ahead of signing.</summary>
    public async Task<SigningKeySet> EnsureAsync(CancellationToken ct)
    {
        var keys = await ReadAsync(ct);
        return keys.IsShortAt(clock.GetUtcNow()) ? await ExecuteExclusivelyAsync(() => FillAsync(ct), ct) : keys;
    }

    /// <summary>Lets the next key sign as soon as everyone can have read it.</summary>
    public Task<SigningKeySet> RotateAsync(CancellationToken ct) => ExecuteExclusivelyAsync(
        async () =>
        {
            await FillAsync(ct);
            var now = clock.GetUtcNow();
            var next = await db.SigningKeys.Where(k => k.SignsFrom > now).OrderBy(k => k.SignsFrom).FirstAsync(ct);
            var ready = next.CreatedAt + options.Value.PublishAhead;
            next.SignsFrom = ready > now ? ready : now;
            await db.SaveChangesAsync(ct);
            return await FillAsync(ct);
        },
        ct);

    /// <summary>Takes a key out of use at once, with everything it has signed: it may be in wrong hands.</summary>
    /// <returns>False when there is no such key.</returns>
    public Task<bool> WithdrawAsync(Guid id, CancellationToken ct) => revocations.CommitAsync(
        async () =>
        {
            await LockAsync(ct);
            if (await db.SigningKeys.Where(k => k.Id == id).ExecuteDeleteAsync(ct) == 0)
            {
                return false;
            }

            await FillAsync(ct);
            await revocations.RevokeAsync(id, RevocationReason.SigningKeyWithdrawn, ct);
            LogWithdrawn(id);
            return true;
        },
        ct);

    private Task<SigningKeySet> ExecuteExclusivelyAsync(Func<Task<SigningKeySet>> work, CancellationToken ct) => db.ExecuteInTransactionAsync(
        async () =>
        {
            await LockAsync(ct);
            return await work();
        },
        ct);

    private async Task LockAsync(CancellationToken ct) => await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockId})", ct);

    private async Task<SigningKeySet> ReadAsync(CancellationToken ct) =>
        new((await db.SigningKeys.AsNoTracking().ToListAsync(ct)).Select(vault.Open), VerifiesFor);

    private async Task<SigningKeySet> FillAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var keys = await ReadAsync(ct);
        var signer = keys.SignerAt(now);
        if (signer is null)
        {
            // Nobody can have read it before: gateways that meet an unknown key ask for the keys again.
            Add(now, now);
        }

        if (keys.NextAfter(now) is null)
        {
            var due = (signer?.SignsFrom ?? now) + options.Value.Period;
            var earliest = now + options.Value.PublishAhead;
            Add(now, due > earliest ? due : earliest);
        }

        await db.SaveChangesAsync(ct);
        var outdated = keys.OutdatedAt(now).Select(k => k.Id).ToList();
        await db.SigningKeys.Where(k => outdated.Contains(k.Id)).ExecuteDeleteAsync(ct);
        return await ReadAsync(ct);
    }

    private void Add(DateTimeOffset now, DateTimeOffset signsFrom)
    {
        var key = vault.Create(now, signsFrom);
        db.Add(key);
        LogMade(key.Id, signsFrom);
    }

    [LoggerMessage(LogLevel.Information, "Made signing key {KeyId}, which signs from {SignsFrom:u}")]
    private partial void LogMade(Guid keyId, DateTimeOffset signsFrom);

    [LoggerMessage(LogLevel.Warning, "Withdrew signing key {KeyId}")]
    private partial void LogWithdrawn(Guid keyId);
}
