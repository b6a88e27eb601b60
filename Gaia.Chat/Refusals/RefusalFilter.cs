using System.Globalization;
using Gaia.Chat.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Chat.Refusals;

/// <summary>Answers for what a handler could not do, as long as nothing has been sent.</summary>
internal sealed class RefusalFilter : IEndpointFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ChatRefusal refusal)
        {
            return Answer(context.HttpContext, refusal);
        }
        catch (ProviderFailure failure)
        {
            return Answer(context.HttpContext, RefusalOf(failure));
        }
    }

    public static ChatRefusal RefusalOf(ProviderFailure failure) => failure.Kind switch
    {
        FailureKind.Unavailable or FailureKind.Busy => new(StatusCodes.Status503ServiceUnavailable, "provider_unavailable", failure.Message) { RetryAfter = RetryAfter },
        FailureKind.TooSlow => new(StatusCodes.Status504GatewayTimeout, "provider_timeout", failure.Message),
        FailureKind.ContextTooLong => new(StatusCodes.Status400BadRequest, "context_length_exceeded", failure.Message, "messages"),
        FailureKind.Refused => new(StatusCodes.Status400BadRequest, "provider_refused", failure.Message),
        _ => new(StatusCodes.Status502BadGateway, "provider_failed", failure.Message),
    };

    private static ProblemHttpResult Answer(HttpContext context, ChatRefusal refusal)
    {
        if (refusal.RetryAfter is { } pause)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(
            refusal.Message,
            statusCode: refusal.Status,
            extensions: refusal.Field is null
                ? new Dictionary<string, object?> { ["code"] = refusal.Code }
                : new Dictionary<string, object?> { ["code"] = refusal.Code, ["field"] = refusal.Field });
    }
}
