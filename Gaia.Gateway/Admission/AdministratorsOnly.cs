using Gaia.Gateway.Services;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Admission;

/// <summary>Guards the routes that the gateway answers itself.</summary>
internal sealed class AdministratorsOnly : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Features.Get<Caller>() is not { Principal: { Subject: not null } principal } caller)
        {
            context.HttpContext.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (caller.IsRestricted)
        {
            return ServiceUnavailable.Problem(context.HttpContext, Resources.Auth);
        }

        return principal.Scopes.Contains(Scopes.Admin) ? await next(context) : TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden);
    }
}
