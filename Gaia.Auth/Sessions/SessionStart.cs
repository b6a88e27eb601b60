using Gaia.Auth.Revocations;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Sessions;

/// <summary>Opens a session for somebody whose password was just verified.</summary>
internal sealed partial class SessionStart(
    AuthDb db, RevocationLog revocations, AccessTokenIssuer tokens, IOptions<RefreshOptions> options, TimeProvider clock, ILogger<SessionStart> log)
{
    /// <param name="userId">Who signs in.</param>
    /// <param name="verifiedHash">The hash that the password was verified against.</param>
    /// <returns>Null when the account was disabled or its password changed meanwhile.</returns>
    public async Task<SessionAnswer?> StartAsync(Guid userId, string verifiedHash, CancellationToken ct)
    {
        var refreshToken = RefreshToken.CreateText();
        if (await db.ExecuteInTransactionAsync(() => OpenAsync(userId, verifiedHash, refreshToken, ct), ct) is not { } opened)
        {
            return null;
        }

        LogStarted(opened.CredentialId, userId);
        return SessionAnswer.Of(opened.User, await tokens.IssueAsync(opened, ct), refreshToken);
    }

    private async Task<AccessTokenGrant?> OpenAsync(Guid userId, string verifiedHash, string refreshToken, CancellationToken ct)
    {
        // The row stays locked until the commit: whoever changes the password or disables the account finds this session, or this finds what they did.
        var user = await db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR NO KEY UPDATE").AsNoTracking().SingleOrDefaultAsync(ct);
        if (user is null || user.DisabledAt is not null || user.PasswordHash != verifiedHash)
        {
            return null;
        }

        var asOf = await revocations.GetPositionAsync(ct);
        var now = clock.GetUtcNow();
        var session = new Session { UserId = userId, CreatedAt = now };
        db.Add(session);
        db.Add(new RefreshToken { Hash = RefreshToken.HashOf(refreshToken), SessionId = session.Id, ExpiresAt = now + options.Value.RefreshLifetime });
        await db.SaveChangesAsync(ct);
        return new(UserView.Of(user), session.Id, user.Scopes, asOf, AccessTokenClaims.PasswordSource);
    }

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} started")]
    private partial void LogStarted(Guid sessionId, Guid userId);
}
