using Gaia.Auth.Revocations;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Makes the key that the AppHost prints valid, for the administrator. Earlier ones end: the AppHost prints the only one that is valid.</summary>
internal static class DevelopmentKey
{
    /// <summary>There is one at a time, in one row.</summary>
    private static readonly Guid Id = Guid.Parse("01941f29-7c00-7000-8000-0000000000a1");

    /// <summary>Owns the key where no administrator is configured. Nobody can sign in to it.</summary>
    private static readonly Guid DeveloperId = Guid.Parse("01941f29-7c00-7000-8000-0000000000a2");

    // Whatever a cache keeps of an earlier key is gone by then.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public static async Task EnsureAsync(AuthDb db, string? key, User? administrator, TimeProvider clock, CancellationToken ct)
    {
        var (now, hash) = (clock.GetUtcNow(), key is null ? null : ApiKeyText.Hash(key));
        var owner = administrator?.Id ?? DeveloperId;
        if (await db.ApiKeys.Where(k => k.Id == Id && (k.Hash != hash || k.OwnerId != owner)).ExecuteDeleteAsync(ct) > 0)
        {
            db.Record(new KeyRevoked(Id, RevokedBy: null));
            await RevocationEntry.WriteAsync(db, [Id], RevocationReason.KeyRevoked, now, now + Remembered, ct);
        }

        if (key is null || hash is null || await db.ApiKeys.AnyAsync(k => k.Hash == hash, ct))
        {
            return;
        }

        if (administrator is null && !await db.Users.AnyAsync(u => u.Id == DeveloperId, ct))
        {
            db.Add(new User { Id = DeveloperId, Name = "Developer", Scopes = [.. Scopes.All], CreatedAt = now });
        }

        db.Add(new ApiKey { Id = Id, OwnerId = owner, Name = "development", Hash = hash, Hint = ApiKey.HintOf(key), Scopes = [.. Scopes.All], CreatedAt = now });
        db.Record(new KeyCreated(Id, owner, Scopes.All, ExpiresAt: null));
        await db.SaveChangesAsync(ct);
    }
}
