using Gaia.Auth.Revocations;
using Gaia.Auth.Tokens;
using Gaia.Auth.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Exchanges an API key for an access token that can do what the key can, and ends with it.</summary>
internal static class ApiKeyLogin
{
    public static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        CurrentUser caller, AuthDb db, RevocationLog revocations, AccessTokenIssuer tokens, TimeProvider clock, CancellationToken ct)
    {
        var asOf = await revocations.GetPositionAsync(ct);
        var now = clock.GetUtcNow();
        var id = caller is { AuthType: AuthType.ApiKey, Principal.CredentialId: { } credential } ? Guid.Parse(credential) : Guid.Empty;
        var key = await db.ApiKeys.Include(k => k.Owner).AsNoTracking()
            .SingleOrDefaultAsync(k => k.Id == id && k.Owner.DisabledAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), ct);
        if (key is null)
        {
            return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized);
        }

        // The caller's own expiry: an old text of a rotated key ends before the key does.
        var scopes = key.Scopes.Intersect(key.Owner.Scopes).ToArray();
        var grant = new AccessTokenGrant(UserView.Of(key.Owner), key.Id, scopes, asOf, AccessTokenClaims.KeyExchangeSource, caller.Principal!.ExpiresAt, key.RateLimit);
        var token = await tokens.IssueAsync(grant, ct);
        return TypedResults.Ok(new Answer(token.Text, "bearer", token.ExpiresIn, new(key.OwnerId, key.Owner.Email)));
    }

    /// <param name="ExpiresIn">Seconds.</param>
    internal sealed record Answer(string AccessToken, string TokenType, int ExpiresIn, Owner User);

    internal sealed record Owner(Guid Id, string? Email);
}
