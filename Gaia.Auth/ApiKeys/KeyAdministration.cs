using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

/// <summary>Who may make, rotate and revoke keys: people who signed in, and administrators' keys. Otherwise a stolen key could make itself an heir.</summary>
internal static class KeyAdministration
{
    public static async ValueTask<object?> Check(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var caller = services.GetRequiredService<CurrentUser>();
        var db = services.GetRequiredService<AuthDb>();

        return caller.HasScope(Scopes.Admin) || (caller.AuthType == AuthType.Jwt && !await IsFromKey(caller, db, context.HttpContext.RequestAborted))
            ? await next(context)
            : TypedResults.Problem("API keys are managed with a session, or with an administrator's key.", statusCode: StatusCodes.Status403Forbidden);
    }

    /// <summary>An access token that a key was exchanged for can do no more than the key.</summary>
    private static Task<bool> IsFromKey(CurrentUser caller, AuthDb db, CancellationToken ct)
    {
        var credential = Guid.Parse(caller.Principal!.CredentialId!);
        return db.ApiKeys.AnyAsync(k => k.Id == credential, ct);
    }
}
