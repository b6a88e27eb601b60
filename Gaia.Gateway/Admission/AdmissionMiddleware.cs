using Gaia.Gateway.Forwarding;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Lets a request pass with the signed identity of its caller, anonymous included, or refuses it. Whether the caller may do what it asks for is
/// decided by the service that answers.
/// </summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, PrincipalDirectory principals, InternalIdentity identity, DevelopmentKey developmentKey)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Only the gateway speaks for a caller.
        context.Request.Headers.Remove(InternalIdentity.Header);

        var key = Credential.ApiKeyOf(context.Request);
        Principal? principal;
        try
        {
            principal = key is null ? Principal.Anonymous
                : ApiKeyText.IsWellFormed(key) || developmentKey.Is(key) ? await principals.FindByApiKey(key, context.RequestAborted)
                : null;
        }
        catch (HttpRequestException)
        {
            await ServiceForwarder.Unavailable(context, Resources.Auth).ExecuteAsync(context);
            return;
        }

        if (principal is null)
        {
            await Refuse(context);
            return;
        }

        context.Request.Headers[InternalIdentity.Header] = identity.Mint(principal);
        await next(context);
    }

    private static Task Refuse(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }
}
