using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>Records of idempotency keys in the service's own database, where they commit together with the work of the request.</summary>
public sealed class IdempotencyStore
{
    /// <summary>A request whose process died blocks its key for this long.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly Type context;
    private readonly IServiceScopeFactory scopes;
    private readonly IdempotencyCache cache;

    internal IdempotencyStore(Type context, IServiceScopeFactory scopes, IdempotencyCache cache) =>
        (this.context, this.scopes, this.cache) = (context, scopes, cache);

    internal static TimeSpan RenewalInterval => Lease / 3;

    internal IdempotencyCache Cache => cache;

    /// <summary>Claims the key until the lease is disposed of, for work that must not hold a transaction, such as a call of a model.</summary>
    /// <exception cref="System.Data.Common.DbException">The database is unavailable.</exception>
    public async Task<IdempotencyLease> ClaimAsync(IdempotencyKey key, CancellationToken ct)
    {
        if (await cache.FindAsync(key.Name) is { } cached)
        {
            return IdempotencyLease.Of(cached);
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = DatabaseOf(scope.ServiceProvider);
        var claim = Guid.CreateVersion7();
        var claimed = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO idempotency_records AS r (name, claim, claimed_until, expires_at) VALUES ({key.Name}, {claim}, now() + {Lease}, now() + {IdempotencyKey.Lifetime})
            ON CONFLICT (name) DO UPDATE SET claim = excluded.claim, claimed_until = excluded.claimed_until, expires_at = excluded.expires_at, response = NULL
            WHERE r.response IS NULL AND r.claimed_until < now() OR r.expires_at < now()
            """,
            ct);
        return claimed == 1 ? new(this, key.Name, claim) : IdempotencyLease.Of(await FindAsync(db, key.Name, ct));
    }

    /// <summary>Records the response of a claimed key in the transaction of <paramref name="db"/>, if it has one.</summary>
    /// <returns>False when the claim has lapsed and another request has the key.</returns>
    internal static async Task<bool> CompleteAsync(DbContext db, string name, Guid claim, StoredResponse response, CancellationToken ct) =>
        await db.Database.ExecuteSqlAsync($"UPDATE idempotency_records SET response = {response.ToJson()} WHERE name = {name} AND claim = {claim}", ct) == 1;

    internal DbContext DatabaseOf(IServiceProvider services) => (DbContext)services.GetRequiredService(context);

    internal static async Task<StoredResponse?> FindAsync(DbContext db, string name, CancellationToken ct)
    {
        var response = await db.Database.SqlQuery<byte[]?>($"SELECT response AS \"Value\" FROM idempotency_records WHERE name = {name} AND expires_at > now()").ToListAsync(ct);
        return response is [{ } json] ? StoredResponse.Parse(json) : null;
    }

    /// <summary>Locks the key until the transaction ends.</summary>
    /// <returns>False when another transaction has the lock.</returns>
    internal static async Task<bool> TryLockAsync(DbContext db, string name, CancellationToken ct) =>
        (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended({name}, 0)) AS \"Value\"").ToListAsync(ct)).Single();

    /// <summary>Records the response in the transaction that has the lock.</summary>
    internal static Task AddAsync(DbContext db, string name, StoredResponse response, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO idempotency_records (name, claim, claimed_until, response, expires_at)
        VALUES ({name}, {Guid.Empty}, now(), {response.ToJson()}, now() + {IdempotencyKey.Lifetime})
        ON CONFLICT (name) DO UPDATE SET response = excluded.response, expires_at = excluded.expires_at
        """,
        ct);

    internal async Task<bool> CompleteAsync(string name, Guid claim, StoredResponse response)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await CompleteAsync(DatabaseOf(scope.ServiceProvider), name, claim, response, CancellationToken.None);
    }

    internal async Task RenewAsync(string name, Guid claim, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await DatabaseOf(scope.ServiceProvider).Database.ExecuteSqlAsync(
            $"UPDATE idempotency_records SET claimed_until = now() + {Lease} WHERE name = {name} AND claim = {claim}", ct);
    }

    internal async Task ReleaseAsync(string name, Guid claim)
    {
        await using var scope = scopes.CreateAsyncScope();
        await DatabaseOf(scope.ServiceProvider).Database.ExecuteSqlAsync(
            $"DELETE FROM idempotency_records WHERE name = {name} AND claim = {claim} AND response IS NULL");
    }
}
