using Gaia.Auth.Revocations;
using Gaia.Auth.Users;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.ExternalIssuers;

/// <summary>The users of the external issuer, each known by issuer and subject from the first token on. Never by e-mail: whoever has an address there need not have it here.</summary>
internal sealed partial class ExternalUsers(
    AuthDb db, ExternalTokenReader reader, RevocationLog revocations, IOptions<ExternalIssuerOptions> options, TimeProvider clock, ILogger<ExternalUsers> log)
{
    public async Task<PrincipalSnapshot?> FindByTokenAsync(string text, CancellationToken ct)
    {
        if (await reader.ReadAsync(text, ct) is not { } token)
        {
            return null;
        }

        var asOf = await revocations.GetPositionAsync(ct);
        var user = await FindAsync(token, ct) ?? await AddAsync(token, ct);
        if (user is null || user.DisabledAt is not null || token.IssuedAt.GetValueOrDefault() <= user.SignedOutAt || await IsSignedOutAsync(token, ct))
        {
            return null;
        }

        return new(new(user.Id, AuthType.Jwt, token.Id.ToString(), [.. user.Scopes.Union(token.GrantedScopes)], token.ExpiresAt), asOf);
    }

    private Task<User?> FindAsync(ExternalToken token, CancellationToken ct) =>
        db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Issuer == token.Issuer && u.Subject == token.Subject, ct);

    private async Task<User?> AddAsync(ExternalToken token, CancellationToken ct)
    {
        // Two first sights at once are one user.
        var email = token.Email is { Length: <= User.EmailLimit } address ? User.NormalizeEmail(address) : null;
        var id = Guid.CreateVersion7();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var isNew = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO users (id, email, scopes, issuer, subject, created_at)
            VALUES ({id}, {email}, {options.Value.Scopes}, {token.Issuer}, {token.Subject}, {clock.GetUtcNow()})
            ON CONFLICT DO NOTHING
            """,
            ct) > 0;
        if (isNew)
        {
            db.Record(new UserRegistered(id, IsExternal: true));
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        var user = await FindAsync(token, ct);
        if (isNew && user is not null)
        {
            LogFirstSight(user.Id);
        }

        return user;
    }

    private Task<bool> IsSignedOutAsync(ExternalToken token, CancellationToken ct) => db.Revocations.AnyAsync(r => r.Holder == token.Id, ct);

    [LoggerMessage(LogLevel.Information, "First sight of external user {UserId}")]
    private partial void LogFirstSight(Guid userId);
}
