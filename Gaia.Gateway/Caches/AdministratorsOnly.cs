using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Caches;

/// <summary>Guards the routes that the gateway answers itself: it takes the word that admission has just given on who calls, as any service would.</summary>
internal sealed class AdministratorsOnly(InternalIdentity identity) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var caller = await identity.ReadAsync(context.HttpContext.Request.Headers[InternalIdentity.Header].ToString());
        if (caller?.Subject is null)
        {
            context.HttpContext.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized);
        }

        return caller.Scopes.Contains(Scopes.Admin) ? await next(context) : TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden);
    }
}
