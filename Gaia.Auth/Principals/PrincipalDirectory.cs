using Gaia.Auth.ExternalIssuers;
using Gaia.Auth.Revocations;
using Gaia.Auth.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Principals;

/// <summary>Who stands behind a credential, from the source: nothing here comes out of a cache.</summary>
internal sealed class PrincipalDirectory(
    AuthDb db, RevocationLog revocations, ExternalUsers foreignUsers, AccessTokenReader reader, SigningKeyRing keys, IOptions<TokenOptions> options, TimeProvider clock)
{
    public async Task<PrincipalSnapshot?> FindByApiKeyAsync(string hash, CancellationToken ct)
    {
        var asOf = await revocations.GetPositionAsync(ct);
        var now = clock.GetUtcNow();
        var key = await db.ApiKeys
            .Where(k => (k.Hash == hash || (k.PreviousHash == hash && k.PreviousUntil > now)) && (k.ExpiresAt == null || k.ExpiresAt > now) && k.Owner.DisabledAt == null)
            .Select(k => new { k.Id, k.OwnerId, k.Scopes, k.RateLimit, OwnerScopes = k.Owner.Scopes, End = k.Hash == hash || k.ExpiresAt < k.PreviousUntil ? k.ExpiresAt : k.PreviousUntil })
            .SingleOrDefaultAsync(ct);

        return key is null ? null : new(new(key.OwnerId, AuthType.ApiKey, key.Id.ToString(), [.. key.Scopes.Intersect(key.OwnerScopes)], key.End, RateLimit: key.RateLimit), asOf);
    }

    /// <returns>The user without any scope; null when there is none, or they are disabled.</returns>
    public async Task<PrincipalSnapshot?> FindByUserAsync(Guid id, CancellationToken ct)
    {
        var asOf = await revocations.GetPositionAsync(ct);
        return await db.Users.AnyAsync(u => u.Id == id && u.DisabledAt == null, ct) ? new(new(id, AuthType.None, null, [], null), asOf) : null;
    }

    /// <exception cref="HttpRequestException">An external issuer would have to be asked for its keys and does not answer.</exception>
    public async Task<PrincipalSnapshot?> FindByTokenAsync(string token, CancellationToken ct)
    {
        if (AccessTokenReader.Peek(token) is not { } claimed)
        {
            return null;
        }

        return claimed.Issuer == options.Value.Issuer ? await FindByOwnTokenAsync(token, ct) : await foreignUsers.FindByTokenAsync(token, ct);
    }

    private async Task<PrincipalSnapshot?> FindByOwnTokenAsync(string token, CancellationToken ct)
    {
        var set = await keys.GetAsync(ct);
        var now = clock.GetUtcNow();
        return await reader.ReadAsync(token, options.Value.Issuer, id => set.Find(id, now)) is { } snapshot && !await revocations.IsOverAsync(snapshot, ct) ? snapshot : null;
    }
}
