using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Makes the key that the AppHost prints valid. Earlier ones end: only the key on the screen opens the door.</summary>
internal static class DevelopmentKey
{
    public const string Name = "development";

    public static async Task Ensure(AuthDb db, string? key, CancellationToken ct)
    {
        var hash = key is null ? null : ApiKeyText.Hash(key);
        await db.ApiKeys.Where(k => k.Name == Name && k.OwnerId == Guid.Empty && k.Hash != hash).ExecuteDeleteAsync(ct);

        if (hash is not null && !await db.ApiKeys.AnyAsync(k => k.Hash == hash, ct))
        {
            db.Add(new ApiKey { OwnerId = Guid.Empty, Name = Name, Hash = hash, Scopes = [.. Scopes.All], CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync(ct);
        }
    }
}
