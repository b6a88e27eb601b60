using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Auth.Tokens;

internal static class SigningKeyEndpoints
{
    public static void MapSigningKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/auth/signing-keys").WithTags("Tokens").RequireScope(Scopes.Admin);

        keys.MapGet("/", List).WithName("ListSigningKeys").WithSummary("List signing keys")
            .WithDescription("The published keys of access tokens, with when each begins to sign and which one signs now.");
        keys.MapPost("/rotate", Rotate).WithName("RotateSigningKeys").WithSummary("Rotate the signing key")
            .WithDescription("Publishes a new key, which begins to sign when every copy of the old list has expired. Tokens of the old key stay valid.");
        keys.MapDelete("/{id}", Withdraw).WithName("WithdrawSigningKey").WithSummary("Withdraw a signing key")
            .WithDescription("Stops publishing a key, and refuses every access token that it signed.")
            .FailsWith(StatusCodes.Status404NotFound, "No signing key has this id.");
    }

    private static async Task<SigningKeyList> List(SigningKeyRing ring, TimeProvider clock, CancellationToken ct) =>
        SigningKeyList.Of(await ring.GetAsync(ct), clock.GetUtcNow());

    private static async Task<SigningKeyList> Rotate(SigningKeyRotation rotation, SigningKeyRing ring, TimeProvider clock, CancellationToken ct)
    {
        var keys = await rotation.RotateAsync(ct);
        ring.Invalidate();
        return SigningKeyList.Of(keys, clock.GetUtcNow());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid id, SigningKeyRotation rotation, SigningKeyRing ring, CancellationToken ct)
    {
        if (!await rotation.WithdrawAsync(id, ct))
        {
            return TypedResults.Problem("Signing key not found", statusCode: StatusCodes.Status404NotFound);
        }

        ring.Invalidate();
        return TypedResults.NoContent();
    }
}

internal sealed record SigningKeyList(IReadOnlyList<SigningKeyView> SigningKeys)
{
    public static SigningKeyList Of(SigningKeySet keys, DateTimeOffset now)
    {
        var signer = keys.SignerAt(now);
        return new([.. keys.PublishedAt(now).Select(k => new SigningKeyView(k.Id, k.PublicKey.KeyId, k.SignsFrom, k == signer))]);
    }
}

internal sealed record SigningKeyView(Guid Id, string Kid, DateTimeOffset SignsFrom, bool Signs);
