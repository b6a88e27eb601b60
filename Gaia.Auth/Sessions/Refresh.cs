using System.ComponentModel.DataAnnotations;
using System.Text;
using Gaia.Auth.Revocations;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Sessions;

/// <summary>
/// Exchanges a refresh token for its successor (RFC 9700, 4.14.2). Requests that do so at once, as the tabs of one browser do, all get the same one; a token
/// that comes back after that has been copied, and the session ends.
/// </summary>
internal sealed partial class Refresh(
    AuthDb db,
    RevocationLog revocations,
    AccessTokenIssuer tokens,
    IDataProtectionProvider protection,
    IOptions<RefreshOptions> options,
    TimeProvider clock,
    ILogger<Refresh> log)
{
    /// <param name="RefreshToken">Without one it is the cookie's.</param>
    /// <param name="Cookie">Whether the next one goes into the cookie, instead of the answer; that of a cookie always does.</param>
    public sealed record Request([StringLength(Refresh.LongestToken, MinimumLength = 1)] string? RefreshToken = null, bool Cookie = false);

    private const int LongestToken = 512;

    private readonly IDataProtector protector = protection.CreateProtector("Gaia.Auth.RefreshTokens");

    public static async Task<Results<Ok<SessionAnswer>, ValidationProblem, ProblemHttpResult>> Handle(
        Request request, Refresh refresh, HttpContext context, IOptions<RefreshOptions> options, CancellationToken ct)
    {
        if ((request.RefreshToken ?? RefreshCookie.Read(context.Request)) is not { } token)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { [nameof(Request.RefreshToken)] = [$"The {nameof(Request.RefreshToken)} field is required."] });
        }

        var isCookies = request.RefreshToken is null;
        if (token.Length <= LongestToken && await refresh.ExchangeAsync(token, ct) is { } answer)
        {
            return TypedResults.Ok(isCookies || request.Cookie ? RefreshCookie.Move(answer, context.Response, options.Value.RefreshLifetime) : answer);
        }

        if (isCookies)
        {
            RefreshCookie.Delete(context);
        }

        return TypedResults.Problem("Invalid or expired refresh token.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private async Task<SessionAnswer?> ExchangeAsync(string text, CancellationToken ct)
    {
        var hash = RefreshToken.HashOf(text);
        var asOf = await revocations.GetPositionAsync(ct);
        if (await FindAsync(hash, ct) is not { } token)
        {
            return null;
        }

        var successor = token.UsedAt is null ? await UseAsync(token, ct) : null;
        if (successor is null)
        {
            // Used: a moment ago, by a request that ran beside this one, or long ago.
            token = await db.RefreshTokens.AsNoTracking().SingleAsync(t => t.Hash == hash, ct);
            if (clock.GetUtcNow() - token.UsedAt > options.Value.RefreshGrace)
            {
                await EndFamilyAsync(token.SessionId, ct);
                return null;
            }

            successor = Encoding.UTF8.GetString(protector.Unprotect(token.Successor!));
        }

        // Read after the position: what is granted is what holds now.
        var user = await db.Sessions.Where(s => s.Id == token.SessionId && s.EndedAt == null && s.User.DisabledAt == null).Select(s => s.User).AsNoTracking().SingleOrDefaultAsync(ct);
        return user is null
            ? null
            : SessionAnswer.Of(UserView.Of(user), await tokens.IssueAsync(new(UserView.Of(user), token.SessionId, user.Scopes, asOf, AccessTokenClaims.PasswordSource), ct), successor);
    }

    private Task<RefreshToken?> FindAsync(string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return db.RefreshTokens.AsNoTracking()
            .SingleOrDefaultAsync(t => t.Hash == hash && t.ExpiresAt > now && t.Session.EndedAt == null && t.Session.User.DisabledAt == null, ct);
    }

    /// <returns>The successor; null when another request was first.</returns>
    private async Task<string?> UseAsync(RefreshToken token, CancellationToken ct)
    {
        var successor = RefreshToken.CreateText();
        var sealedSuccessor = protector.Protect(Encoding.UTF8.GetBytes(successor));
        var isFirst = await db.ExecuteInTransactionAsync(
            async () =>
            {
                var now = clock.GetUtcNow();
                var used = await db.RefreshTokens
                    .Where(t => t.Hash == token.Hash && t.UsedAt == null)
                    .ExecuteUpdateAsync(t => t.SetProperty(x => x.UsedAt, now).SetProperty(x => x.Successor, sealedSuccessor), ct);
                if (used == 0)
                {
                    return false;
                }

                db.Add(new RefreshToken { Hash = RefreshToken.HashOf(successor), SessionId = token.SessionId, ExpiresAt = now + options.Value.RefreshLifetime });
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return isFirst ? successor : null;
    }

    private async Task EndFamilyAsync(Guid sessionId, CancellationToken ct)
    {
        var ended = await revocations.CommitAsync(
            async () =>
            {
                var count = await db.Sessions.Where(s => s.Id == sessionId && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, clock.GetUtcNow()), ct);
                if (count > 0)
                {
                    await revocations.RevokeAsync(sessionId, RevocationReason.RefreshReused, ct);
                }

                return count > 0;
            },
            ct);
        if (ended)
        {
            LogReused(sessionId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Session {SessionId} ended: one of its refresh tokens was used again")]
    private partial void LogReused(Guid sessionId);
}
