using System.Globalization;
using Gaia.Chat.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Chat.Errors;

/// <summary>Answers for what a handler could not do, as long as nothing has been sent.</summary>
internal sealed class ChatExceptionFilter : IEndpointFilter
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ChatException refusal)
        {
            return Answer(context.HttpContext, refusal);
        }
        catch (ProviderException failure)
        {
            return Answer(context.HttpContext, RefusalOf(failure));
        }
    }

    public static ChatException RefusalOf(ProviderException failure) => failure.Kind switch
    {
        ProviderErrorKind.Unavailable or ProviderErrorKind.Busy => new(StatusCodes.Status503ServiceUnavailable, "provider_unavailable", failure.Message) { RetryAfter = RetryAfter },
        ProviderErrorKind.TooSlow => new(StatusCodes.Status504GatewayTimeout, "provider_timeout", failure.Message),
        ProviderErrorKind.ContextTooLong => new(StatusCodes.Status400BadRequest, "context_length_exceeded", failure.Message, "messages"),
        ProviderErrorKind.Refused => new(StatusCodes.Status400BadRequest, "provider_refused", failure.Message),
        _ => new(StatusCodes.Status502BadGateway, "provider_failed", failure.Message),
    };

    private static ProblemHttpResult Answer(HttpContext context, ChatException refusal)
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
