using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Who may make, rotate and revoke keys: people who signed in, and administrators' keys. Otherwise a stolen key could create new keys.</summary>
internal static class KeyAdministration
{
    /// <summary>An authorization rule rather than a filter, so that a caller without permission gets 403 before the body is validated.</summary>
    public static async Task<bool> AllowsAsync(AuthorizationHandlerContext context)
    {
        var request = (HttpContext)context.Resource!;
        var caller = request.RequestServices.GetRequiredService<CurrentUser>();
        var db = request.RequestServices.GetRequiredService<AuthDb>();

        return caller.HasScope(Scopes.Admin) || (caller.AuthType == AuthType.Jwt && !await IsFromKeyAsync(caller, db, request.RequestAborted));
    }

    /// <summary>An access token that a key was exchanged for can do no more than the key.</summary>
    private static Task<bool> IsFromKeyAsync(CurrentUser caller, AuthDb db, CancellationToken ct)
    {
        var credential = Guid.Parse(caller.Principal!.CredentialId!);
        return db.ApiKeys.AnyAsync(k => k.Id == credential, ct);
    }
}
