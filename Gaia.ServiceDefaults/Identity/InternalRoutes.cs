using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>What only the gateway may ask, speaking for itself. It forwards nothing under <c>/internal</c>; if it ever did, a caller's identity would get 403 here.</summary>
public static class InternalRoutes
{
    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapGroup($"/internal{prefix}").ExcludeFromDescription();
        group.AddEndpointFilter(async (context, next) =>
            GatewayPrincipal.Is(context.HttpContext.RequestServices.GetRequiredService<CurrentUser>().Principal)
                ? await next(context)
                : TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden));
        return group;
    }
}
