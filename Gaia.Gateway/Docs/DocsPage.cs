using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Gaia.Gateway.Docs;

/// <summary>The page for people. All that it shows comes from this gateway: the policy forbids everything else, and what would ask for it is off.</summary>
internal static class DocsPage
{
    private const int NonceLength = 32;

    public static void MapDocsPage(this IEndpointRouteBuilder routes, string path, string description) =>
        routes.MapScalarApiReference(path, (options, context) =>
        {
            var nonce = RandomNumberGenerator.GetHexString(NonceLength);
            options.WithTitle("Gaia").WithOpenApiRoutePattern(description).WithNonce(nonce)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().HideDeveloperTools().HideClientButton();

            // The viewer makes its styles up in the page; a script must come from here or bear the nonce.
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
                "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        });
}
