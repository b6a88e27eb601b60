using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Auth.Principals;

/// <summary>Answers the gateway who stands behind a credential.</summary>
internal static class PrincipalEndpoints
{
    public sealed record TokenRequest([Required, StringLength(AccessTokenReader.LongestToken)] string Token);

    public static void MapPrincipals(this IEndpointRouteBuilder routes)
    {
        var principals = routes.MapInternal("/principals");

        principals.MapGet("/api-keys/{hash}", ByApiKey);
        principals.MapPost("/tokens", ByToken);
        principals.MapGet("/users/{id}", ByUser);
    }

    private static async Task<Results<Ok<PrincipalSnapshot>, NotFound>> ByApiKey(string hash, PrincipalDirectory directory, CancellationToken ct) =>
        await directory.FindByApiKeyAsync(hash, ct) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();

    private static async Task<Results<Ok<PrincipalSnapshot>, NotFound>> ByUser(Guid id, PrincipalDirectory directory, CancellationToken ct) =>
        await directory.FindByUserAsync(id, ct) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();

    // In the body: addresses are logged, tokens are not.
    private static async Task<Results<Ok<PrincipalSnapshot>, NotFound, ProblemHttpResult>> ByToken(TokenRequest request, PrincipalDirectory directory, CancellationToken ct)
    {
        try
        {
            return await directory.FindByTokenAsync(request.Token, ct) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();
        }
        catch (HttpRequestException)
        {
            // Whether the token is good cannot be known, which is not the same as bad.
            return TypedResults.Problem("The token's issuer does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
