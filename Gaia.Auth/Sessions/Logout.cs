using Gaia.Auth.Revocations;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.Sessions;

/// <summary>Ends the session at hand, or everything that the user is signed in with. API keys stay: they are not sessions.</summary>
internal sealed class Logout(AuthDb db, RevocationLog revocations, TimeProvider clock)
{
    public sealed record Request(bool Everywhere = false);

    public static async Task<MessageAnswer> Handle(Logout logout, CurrentUser user, HttpContext context, CancellationToken ct, Request? request = null)
    {
        RefreshCookie.Delete(context);
        if (request is { Everywhere: true })
        {
            await logout.EverywhereAsync(user.Id!.Value, ct);
        }
        else if (user is { AuthType: AuthType.Jwt, Principal: { } principal })
        {
            await logout.HereAsync(principal, ct);
        }

        return new("Logged out successfully");
    }

    private Task HereAsync(Principal principal, CancellationToken ct)
    {
        // Not always a session's: a external token ends by the revocation alone, and so do tokens that an API key was exchanged for.
        var credential = Guid.Parse(principal.CredentialId!);
        return revocations.CommitAsync(
            async () =>
            {
                await db.Sessions.Where(s => s.Id == credential && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, clock.GetUtcNow()), ct);
                await revocations.RevokeAsync(credential, RevocationReason.SignedOut, ct, principal.ExpiresAt);
            },
            ct);
    }

    private Task EverywhereAsync(Guid userId, CancellationToken ct) => revocations.CommitAsync(
        async () =>
        {
            var now = clock.GetUtcNow();
            await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(u => u.SetProperty(x => x.SignedOutAt, now), ct);
            await db.Sessions.Where(s => s.UserId == userId && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
            await revocations.RevokeAsync(userId, RevocationReason.SignedOut, ct);
        },
        ct);
}

internal sealed record MessageAnswer(string Message);
