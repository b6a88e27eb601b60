using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Net.Http.Headers;

namespace Gaia;

/// <summary>Takes the caller from the gateway's signed identity and from nothing else.</summary>
internal sealed class IdentityHandler(
    InternalIdentity identity, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Gaia";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[InternalIdentity.Header] is not [{ Length: > 0 } token])
        {
            return AuthenticateResult.NoResult();
        }

        if (await identity.ReadAsync(token) is not { } principal)
        {
            return AuthenticateResult.Fail("The identity is not the gateway's, or no longer valid.");
        }

        Context.RequestServices.GetRequiredService<CurrentUser>().Principal = principal;

        // The gateway vouches for anonymous callers too, but they are not authenticated.
        return principal.Subject is null
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(ClaimsOf(principal), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Task.CompletedTask;
    }

    private static ClaimsPrincipal ClaimsOf(Principal principal)
    {
        var scopes = principal.Scopes.Select(scope => new Claim(ScopeRequirement.Claim, scope));
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(JwtRegisteredClaimNames.Sub, $"{principal.Subject}"), .. scopes], SchemeName, JwtRegisteredClaimNames.Sub, roleType: null));
    }
}
