namespace Gaia.Auth;

/// <summary>Tells every cache to keep nothing of what this API answers, public keys aside: it is about credentials, and many answers carry one (RFC 6749, 5.1).</summary>
internal static class CredentialResponses
{
    private const string NoStore = "no-store";

    public static void UseNoStore(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.Headers.CacheControl = NoStore;
        }

        return next(context);
    });
}
