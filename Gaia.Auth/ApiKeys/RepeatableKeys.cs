using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>
/// Makes one key of however many requests with one <c>Idempotency-Key</c>. Other services keep such answers in Redis; this one is a secret, so it lies encrypted
/// in the database, and comes there in the same transaction as the key.
/// </summary>
internal sealed class RepeatableKeys(AuthDb db, IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly IDataProtector protector = protection.CreateProtector("Gaia.Auth.KeyRequests");

    public Task<Results<Created<NewApiKey>, ProblemHttpResult>> ExecuteOnceAsync(
        IdempotencyKey key, string requestHash, Func<Task<Results<Created<NewApiKey>, ProblemHttpResult>>> create, CancellationToken ct) =>
        db.ExecuteInTransactionAsync<Results<Created<NewApiKey>, ProblemHttpResult>>(
            async () =>
            {
                if (!await ClaimAsync(key.Name, ct))
                {
                    return IdempotencyKey.InFlight;
                }

                var now = clock.GetUtcNow();
                if (await db.KeyRequests.AsNoTracking().SingleOrDefaultAsync(r => r.Name == key.Name && r.ExpiresAt > now, ct) is { } before)
                {
                    return before.RequestHash == requestHash ? Open(before.Answer).AsCreated() : IdempotencyKey.UsedBefore;
                }

                var result = await create();
                if (result.Result is Created<NewApiKey> { Value: { } made })
                {
                    await db.KeyRequests.Where(r => r.Name == key.Name).ExecuteDeleteAsync(ct);
                    db.Add(new KeyRequest { Name = key.Name, RequestHash = requestHash, Answer = Seal(made), ExpiresAt = now + Kept });
                    await db.SaveChangesAsync(ct);
                }

                return result;
            },
            ct);

    /// <summary>Holds until the transaction ends.</summary>
    /// <returns>False when another request holds it.</returns>
    private async Task<bool> ClaimAsync(string name, CancellationToken ct) =>
        (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(hashtextextended({name}, 0)) AS \"Value\"").ToListAsync(ct)).Single();

    private byte[] Seal(NewApiKey answer) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(answer));

    private NewApiKey Open(byte[] answer) => JsonSerializer.Deserialize<NewApiKey>(protector.Unprotect(answer))!;
}
