using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

internal static class ApiKeyEndpoints
{
    private const string NotFoundWords = "The caller has no API key of this id.";

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/auth/api-keys").WithTags("API keys")
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireAssertion(KeyAdministration.AllowsAsync))
            .FailsWith(StatusCodes.Status403Forbidden, "The credential is an API key without the scope `admin`, or was exchanged for one.");

        keys.MapGet("/", List).WithName("ListApiKeys").WithSummary("List API keys").WithDescription("The caller's own keys, by name and beginning. The keys themselves are stored nowhere.");
        keys.MapPost("/", CreateApiKey.Handle).WithName("CreateApiKey").WithSummary("Create an API key")
            .WithDescription("Creates a key with at most the scopes of the caller: by default with all of them but `admin`. The answer is the only one that shows the key.")
            .ReadsIdempotencyKey()
            .FailsWith(StatusCodes.Status403Forbidden, "The key would have a scope that the caller has not.")
            .FailsWith(StatusCodes.Status409Conflict, "The account has as many keys as it may have.");
        keys.MapPost("/{id}/rotate", RotateApiKey.Handle).WithName("RotateApiKey").WithSummary("Rotate an API key")
            .WithDescription("Replaces a key with a new one of the same name and scopes. The old one stays valid for `grace_seconds`.")
            .FailsWith(StatusCodes.Status404NotFound, NotFoundWords);
        keys.MapDelete("/{id}", RevokeApiKey.Handle).WithName("RevokeApiKey").WithSummary("Revoke an API key").WithDescription("Deletes a key. Every gateway refuses it at once.")
            .FailsWith(StatusCodes.Status404NotFound, NotFoundWords);

        routes.MapPost("/api/v1/auth/api-key-login", ApiKeyLogin.Handle).WithTags("API keys").WithName("LogInWithApiKey").RequireAuthorization()
            .WithSummary("Exchange an API key for an access token")
            .WithDescription("Signs in with the API key of the request. The token has the scopes of the key, and ends with it at the latest.");
    }

    private static async Task<ApiKeyList> List(CurrentUser caller, AuthDb db, CancellationToken ct)
    {
        var keys = await db.ApiKeys.Where(k => k.OwnerId == caller.Id).OrderBy(k => k.Id).Select(ApiKeyView.From).ToListAsync(ct);
        return new(keys, keys.Count);
    }
}
