using Gaia.Auth.Revocations;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Sessions;

/// <summary>Opens a session for somebody who has just proved who they are.</summary>
internal sealed partial class SessionStart(
    AuthDb db, RevocationLog revocations, AccessTokenIssuer tokens, IOptions<RefreshOptions> options, TimeProvider clock, ILogger<SessionStart> log)
{
    /// <param name="userId">Who signs in.</param>
    /// <param name="verifiedHash">The hash that the password was verified against.</param>
    /// <returns>Null when the account was disabled or its password changed meanwhile.</returns>
    public async Task<SessionAnswer?> StartAsync(Guid userId, string verifiedHash, CancellationToken ct) =>
        await OpenAsync(userId, user => user.PasswordHash == verifiedHash, options.Value.RefreshLifetime, ct) is var (grant, refreshToken)
            ? SessionAnswer.Of(grant.User, await tokens.IssueAsync(grant, ct), refreshToken)
            : null;

    /// <summary>For somebody who will come with the code: a refresh token that must be exchanged within the time given.</summary>
    /// <returns>Null when the account was disabled meanwhile.</returns>
    public async Task<string?> StartForCodeAsync(Guid userId, TimeSpan lifetime, CancellationToken ct) =>
        await OpenAsync(userId, static _ => true, lifetime, ct) is var (_, refreshToken) ? refreshToken : null;

    private async Task<(AccessTokenGrant Grant, string RefreshToken)?> OpenAsync(Guid userId, Func<User, bool> isStillValid, TimeSpan lifetime, CancellationToken ct)
    {
        var refreshToken = RefreshToken.CreateText();
        if (await db.ExecuteInTransactionAsync(() => AddAsync(userId, isStillValid, refreshToken, lifetime, ct), ct) is not { } opened)
        {
            return null;
        }

        LogStarted(opened.CredentialId, userId);
        return (opened, refreshToken);
    }

    private async Task<AccessTokenGrant?> AddAsync(Guid userId, Func<User, bool> isStillValid, string refreshToken, TimeSpan lifetime, CancellationToken ct)
    {
        // The row stays locked until the commit: whoever changes the password or disables the account finds this session, or this finds what they did.
        var user = await db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR NO KEY UPDATE").AsNoTracking().SingleOrDefaultAsync(ct);
        if (user is null || user.DisabledAt is not null || !isStillValid(user))
        {
            return null;
        }

        var asOf = await revocations.GetPositionAsync(ct);
        var now = clock.GetUtcNow();
        var session = new Session { UserId = userId, CreatedAt = now };
        db.Add(session);
        db.Add(new RefreshToken { Hash = RefreshToken.HashOf(refreshToken), SessionId = session.Id, ExpiresAt = now + lifetime });
        await db.SaveChangesAsync(ct);
        return new(UserView.Of(user), session.Id, user.Scopes, asOf, AccessTokenClaims.PasswordSource);
    }

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} started")]
    private partial void LogStarted(Guid sessionId, Guid userId);
}
