using Gaia.Gateway.Conventions;
using Gaia.Gateway.Limits;
using Gaia.Gateway.Services;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Admission;

/// <summary>Lets a request pass with the signed identity of its caller, anonymous included, or answers it.</summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, AdmissionService admission, ClientAddress addresses, IdentityTokenIssuer identities, KeyUses uses, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var address = addresses.Of(context);
        var result = admission.AdmitAsync(RequestCredentials.Of(context, address), context.RequestAborted);
        InboundHeaders.Clean(context.Request.Headers, address);
        return result.IsCompletedSuccessfully ? PassAsync(context, result.Result) : WaitAsync(context, result);
    }

    private async Task WaitAsync(HttpContext context, ValueTask<AdmissionResult> result) => await PassAsync(context, await result);

    private Task PassAsync(HttpContext context, in AdmissionResult result)
    {
        if (result.Decision.Policy is not null)
        {
            ResponseHeaders.Tell(context, result.Decision);
        }

        switch (result.Outcome)
        {
            case AdmissionOutcome.Admitted:
                var (caller, now) = (result.Caller!, time.GetUtcNow());
                if (caller is { Principal.AuthType: AuthType.ApiKey, CredentialId: { } key })
                {
                    uses.Note(key, now);
                }

                context.Features.Set(caller);
                context.Request.Headers[InternalIdentity.Header] = identities.Of(caller, now);
                return next(context);
            case AdmissionOutcome.Limited:
                return RateLimitHeaders.RefuseAsync(context, result.Decision);
            case AdmissionOutcome.Unknown:
                return ServiceUnavailable.Problem(context, Resources.Auth).ExecuteAsync(context);
            default:
                context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
                return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
        }
    }
}
