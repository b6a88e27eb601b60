using Gaia.Gateway.Conventions;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Limits;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Admission;

/// <summary>Lets a request pass with the signed identity of its caller, anonymous included, or answers it.</summary>
internal sealed class AdmissionMiddleware(RequestDelegate next, Admitter admitter, ClientAddress addresses, IdentityMint identities, KeyUses uses, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var address = addresses.Of(context);
        var verdict = admitter.JudgeAsync(Approach.Of(context, address), context.RequestAborted);
        InboundHeaders.Clean(context.Request.Headers, address);
        return verdict.IsCompletedSuccessfully ? PassAsync(context, verdict.Result) : WaitAsync(context, verdict);
    }

    private async Task WaitAsync(HttpContext context, ValueTask<Verdict> verdict) => await PassAsync(context, await verdict);

    private Task PassAsync(HttpContext context, in Verdict verdict)
    {
        if (verdict.Decision.Policy is not null)
        {
            ResponseHeaders.Tell(context, verdict.Decision);
        }

        switch (verdict.Outcome)
        {
            case Outcome.Admitted:
                var (caller, now) = (verdict.Caller!, time.GetUtcNow());
                if (caller is { Principal.AuthType: AuthType.ApiKey, CredentialId: { } key })
                {
                    uses.Note(key, now);
                }

                context.Features.Set(caller);
                context.Request.Headers[InternalIdentity.Header] = identities.Of(caller, now);
                return next(context);
            case Outcome.Limited:
                return RateLimitHeaders.Refuse(context, verdict.Decision);
            case Outcome.Unknown:
                return ServiceForwarder.Unavailable(context, Resources.Auth).ExecuteAsync(context);
            default:
                context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
                return TypedResults.Problem(Problems.NotAuthenticated, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
        }
    }
}
