using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Attempts;

/// <summary>
/// Bounds the guesses at an account, existing or not, by account and address. A guess is paid for before it is tried, so that parallel ones do not slip
/// through, and given back when it was right. Guesses from everywhere together have a bound too; it does not hold for addresses that the account has
/// signed in from, so nobody can lock its owner out.
/// </summary>
internal sealed class AttemptLimiter(AuthDb db, ReportedClientAddress client, IOptions<AttemptOptions> options, TimeProvider clock)
{
    /// <summary>Takes one guess.</summary>
    /// <param name="account">The e-mail, normalized.</param>
    /// <returns>Null when it may be tried, or how long to wait.</returns>
    public async Task<TimeSpan?> TakeAsync(string account, CancellationToken ct)
    {
        var (key, limits) = (KeyOf(account), options.Value);
        if (await TakeAsync(key, client.Text, limits.Burst, limits.Interval, ct) is { } wait)
        {
            return wait;
        }

        return await IsKnownAsync(key, ct) ? null : await TakeAsync(key, Attempt.AnyAddress, limits.AccountBurst, limits.AccountInterval, ct);
    }

    /// <summary>The guess was right.</summary>
    public async Task RecordSuccessAsync(string account, CancellationToken ct)
    {
        var (key, now) = (KeyOf(account), clock.GetUtcNow());
        await db.Attempts
            .Where(a => a.Account == key && a.Address == client.Text)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.FreeAt, now).SetProperty(x => x.SucceededAt, now), ct);
        await db.Attempts
            .Where(a => a.Account == key && a.Address == Attempt.AnyAddress)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.FreeAt, x => x.FreeAt - options.Value.AccountInterval), ct);
    }

    private async Task<TimeSpan?> TakeAsync(string key, string address, int burst, TimeSpan interval, CancellationToken ct)
    {
        // GCRA: the row is charged one interval, unless that would put it more than a burst ahead of now.
        var now = clock.GetUtcNow();
        var latest = now + ((burst - 1) * interval);
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO attempts AS a (account, address, free_at) VALUES ({key}, {address}, {now + interval})
            ON CONFLICT (account, address) DO UPDATE SET free_at = greatest(a.free_at, {now}) + {interval} WHERE a.free_at <= {latest}
            """,
            ct);
        if (taken > 0)
        {
            return null;
        }

        var freeAt = await db.Attempts.Where(a => a.Account == key && a.Address == address).Select(a => a.FreeAt).SingleOrDefaultAsync(ct);
        return freeAt > latest ? freeAt - latest : TimeSpan.FromSeconds(1);
    }

    private Task<bool> IsKnownAsync(string key, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - options.Value.Remembered;
        return db.Attempts.AnyAsync(a => a.Account == key && a.Address == client.Text && a.SucceededAt > since, ct);
    }

    private static string KeyOf(string account) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)));
}
