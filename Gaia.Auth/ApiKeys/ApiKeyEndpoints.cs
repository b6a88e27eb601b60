using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth.ApiKeys;

internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/auth/api-keys").WithTags("API keys")
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireAssertion(KeyAdministration.AllowsAsync));

        keys.MapGet("/", List).WithName("ListApiKeys");
        keys.MapPost("/", CreateApiKey.Handle).WithName("CreateApiKey");
        keys.MapPost("/{id}/rotate", RotateApiKey.Handle).WithName("RotateApiKey");
        keys.MapDelete("/{id}", RevokeApiKey.Handle).WithName("RevokeApiKey");

        routes.MapPost("/api/v1/auth/api-key-login", ApiKeyLogin.Handle).WithTags("API keys").WithName("LogInWithApiKey").RequireAuthorization();
    }

    private static async Task<ApiKeyList> List(CurrentUser caller, AuthDb db, CancellationToken ct)
    {
        var keys = await db.ApiKeys.Where(k => k.OwnerId == caller.Id).OrderBy(k => k.Id).Select(ApiKeyView.From).ToListAsync(ct);
        return new(keys, keys.Count);
    }
}
