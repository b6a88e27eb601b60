namespace Gaia.Gateway.Forwarding;

/// <summary>Which service answers which part of the public API. Paths are kept, so each service serves under its own prefix.</summary>
internal static class ForwardedRoutes
{
    public static void MapForwardedRoutes(this IEndpointRouteBuilder routes)
    {
        routes.Forward("/api/v1/auth/{**path}", Resources.Auth);
        routes.Forward("/api/v1/chat/{**path}", Resources.Chat);
        routes.Forward("/api/v1/assets/{**path}", Resources.Asset);
    }

    private static void Forward(this IEndpointRouteBuilder routes, string pattern, string service) =>
        routes.Map(pattern, (HttpContext context, ServiceForwarder forwarder) => forwarder.Forward(context, service)).ExcludeFromDescription();
}
