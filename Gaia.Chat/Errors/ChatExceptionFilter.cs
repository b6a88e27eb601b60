using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Chat.Errors;

/// <summary>Turns a <see cref="ChatException"/> into problem details, as long as the response has not started.</summary>
internal sealed class ChatExceptionFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ChatException e)
        {
            return Problem(context.HttpContext, e);
        }
    }

    private static ProblemHttpResult Problem(HttpContext context, ChatException e)
    {
        if (e.RetryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(
            e.Message,
            statusCode: e.Status,
            extensions: e.Field is null
                ? new Dictionary<string, object?> { ["code"] = e.Code }
                : new Dictionary<string, object?> { ["code"] = e.Code, ["field"] = e.Field });
    }
}
