using System.Buffers.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.Tokens;

/// <summary>What a service needs that trusts our tokens: OpenID Connect Discovery 1.0 and RFC 7517, as far as a token issuer without a login page has them.</summary>
internal static class WellKnownEndpoints
{
    private const string KeysPath = "/.well-known/jwks.json";
    private static readonly TimeSpan CopyLifetime = TimeSpan.FromMinutes(5);

    public static void MapWellKnown(this IEndpointRouteBuilder routes)
    {
        var wellKnown = routes.MapGroup("").WithTags("Tokens").AllowAnonymous();

        wellKnown.MapGet(KeysPath, Keys).WithName("GetJsonWebKeySet").WithSummary("Get the public keys of access tokens").WithDescription("The JSON Web Key Set (RFC 7517) that access tokens are verified with.");
        wellKnown.MapGet("/.well-known/openid-configuration", Configuration).WithName("GetOpenIdConfiguration").WithSummary("Get the metadata of the token issuer")
            .WithDescription("OpenID Connect Discovery, as far as an issuer without a login page has it: the issuer, its keys and its algorithms.");
    }

    private static async Task<JsonWebKeys> Keys(
        SigningKeyRing ring, IOptions<SigningKeyOptions> options, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        // A copy made just before a key is published must have expired when that key begins to sign.
        var lifetime = TimeSpan.FromTicks(Math.Min(CopyLifetime.Ticks, options.Value.PublishAhead.Ticks / 2));
        response.GetTypedHeaders().CacheControl = new() { Public = true, MaxAge = lifetime };
        return new([.. (await ring.GetAsync(ct)).PublishedAt(clock.GetUtcNow()).Select(k => PublicJsonWebKey.Of(k.PublicKey))]);
    }

    private static ProviderMetadata Configuration(IOptions<TokenOptions> options, HttpResponse response)
    {
        response.GetTypedHeaders().CacheControl = new() { Public = true, MaxAge = CopyLifetime };
        var issuer = options.Value.Issuer;
        return new(issuer, issuer.TrimEnd('/') + KeysPath, ["public"], [SecurityAlgorithms.EcdsaSha256], []);
    }
}

internal sealed record JsonWebKeys(IReadOnlyList<PublicJsonWebKey> Keys);

internal sealed record PublicJsonWebKey(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y)
{
    public static PublicJsonWebKey Of(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new(
            JsonWebAlgorithmsKeyTypes.EllipticCurve,
            JsonWebKeyECTypes.P256,
            JsonWebKeyUseNames.Sig,
            SecurityAlgorithms.EcdsaSha256,
            key.KeyId,
            Base64Url.EncodeToString(point.X),
            Base64Url.EncodeToString(point.Y));
    }
}

internal sealed record ProviderMetadata(
    string Issuer, string JwksUri, string[] SubjectTypesSupported, string[] IdTokenSigningAlgValuesSupported, string[] ResponseTypesSupported);
