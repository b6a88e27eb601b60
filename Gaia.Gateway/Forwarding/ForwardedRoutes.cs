using Gaia.Gateway.Admission;
using Gaia.Gateway.Conventions;
using Gaia.Gateway.Limits;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>
/// Which service answers which part of the public API, and under which rules. Paths are kept, so each service serves under its own prefix. What stands here
/// is all that can be reached: nothing under <c>/internal</c> is.
/// </summary>
internal static class ForwardedRoutes
{
    private static readonly RouteRules Open = new() { IsOpen = true };
    private static readonly RouteRules Chat = new() { Policy = PolicyNames.Chat };
    private static readonly RouteRules Upload = new() { Policy = PolicyNames.Upload };

    private static readonly TimeSpan WellKnownLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Others, such as CONNECT and TRACE, are not for services.</summary>
    private static readonly string[] Methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options];

    public static void MapForwardedRoutes(this IEndpointRouteBuilder routes)
    {
        routes.Forward("/api/v1/auth/{**path}", Resources.Auth);
        routes.Forward("/api/v1/admin/api-keys/{**path}", Resources.Auth);
        routes.Forward("/api/v1/admin/revocations", Resources.Auth);
        routes.Forward("/api/v1/admin/failed-sign-ins", Resources.Auth);
        routes.Forward("/api/v1/admin/sign-in-codes", Resources.Auth);

        // Needed to verify tokens also while Auth is down, and the same for everyone. The upper bound is for a key that is withdrawn.
        foreach (var document in (string[])["jwks.json", "openid-configuration"])
        {
            routes.Forward($"/.well-known/{document}", Resources.Auth)
                .WithMetadata(Open)
                .CacheOutput(policy => policy.AddPolicy<ResponseMaxAgePolicy>().Expire(WellKnownLifetime));
        }

        routes.SignIn("login", PolicyNames.Login);
        routes.SignIn("register", PolicyNames.Register);
        routes.SignIn("refresh", PolicyNames.Refresh);
        routes.SignIn("validate", PolicyNames.Validate);
        routes.Forward("/api/v1/auth/api-key-login", Resources.Auth, HttpMethods.Post)
            .WithMetadata(new RouteRules { Policy = PolicyNames.ApiKeyLogin, PrefersKey = true });

        routes.Forward("/api/v1/chat/{**path}", Resources.Chat);
        routes.Forward("/api/v1/conversations/{**path}", Resources.Chat);
        routes.Forward("/api/v1/usage", Resources.Chat);
        routes.Forward("/api/v1/admin/usage", Resources.Chat);
        routes.Forward("/api/v1/admin/cost", Resources.Chat);
        routes.Forward("/api/v1/admin/budgets/{**path}", Resources.Chat);
        routes.Forward("/api/v1/admin/alerts/{**path}", Resources.Chat);
        routes.Forward("/api/v0.2/personas/{**path}", Resources.Chat);
        routes.Forward("/api/v0.3/conversations/{**path}", Resources.Chat);
        routes.Forward("/v1/models/{**id}", Resources.Chat);
        routes.Forward("/v1/responses/{id}", Resources.Chat);
        routes.Forward("/v1/responses/{id}/input_items", Resources.Chat);
        routes.ForwardToModel("/api/v1/chat", Resources.Chat).WithMetadata(Chat);
        routes.ForwardToModel("/api/v0.3/chat", Resources.Chat).WithMetadata(Chat);
        foreach (var path in (string[])["chat/completions", "responses", "completions", "embeddings", "moderations", "audio/speech"])
        {
            routes.ForwardToModel($"/v1/{path}", Resources.Chat).WithMetadata(Chat);
        }

        foreach (var path in (string[])["audio/transcriptions", "audio/translations"])
        {
            routes.ForwardToModel($"/v1/{path}", Resources.Chat).WithMetadata(Chat, BodyLimit.Audio);
        }

        var largest = new BodyLimit(UploadLimit.Body(routes.ServiceProvider.GetRequiredService<IOptions<UploadOptions>>().Value.MaxBytes));
        RequestDelegate forwardAssets = routes.ServiceProvider.GetRequiredService<SignedLinks>().ForwardAsync;
        routes.MapMethods("/api/v1/assets/{**path}", Methods, forwardAssets);
        routes.Forward("/api/v1/admin/assets", Resources.Asset);
        routes.Forward("/api/v1/admin/generations", Resources.Asset);
        routes.Forward("/api/v1/assets", Resources.Asset, HttpMethods.Post).WithMetadata(Upload, largest);
        routes.Forward("/api/v1/assets/generate", Resources.Asset, HttpMethods.Post).WithMetadata(Upload);
        routes.ForwardToModel("/v1/images/generations", Resources.Asset).WithMetadata(Upload);
    }

    private static void SignIn(this IEndpointRouteBuilder routes, string path, string policy) =>
        routes.Forward($"/api/v1/auth/{path}", Resources.Auth, HttpMethods.Post).WithMetadata(new RouteRules { Policy = policy, IsOpen = true });

    private static IEndpointConventionBuilder ForwardToModel(this IEndpointRouteBuilder routes, string pattern, string service) =>
        routes.Forward(pattern, service, ServiceForwarder.ModelAnswer, [HttpMethods.Post]);

    private static IEndpointConventionBuilder Forward(this IEndpointRouteBuilder routes, string pattern, string service, params string[] methods) =>
        routes.Forward(pattern, service, ForwarderRequestConfig.Empty, methods is [] ? Methods : methods);

    private static IEndpointConventionBuilder Forward(this IEndpointRouteBuilder routes, string pattern, string service, ForwarderRequestConfig config, string[] methods)
    {
        // Taken once: a parameter of the handler would be looked up, and a scope of services made, for each request.
        var forwarder = routes.ServiceProvider.GetRequiredService<ServiceForwarder>();
        RequestDelegate forward = context => forwarder.ForwardAsync(context, service, config);
        return routes.MapMethods(pattern, methods, forward);
    }
}
