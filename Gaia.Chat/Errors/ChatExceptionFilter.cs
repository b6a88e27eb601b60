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

        var extensions = new Dictionary<string, object?> { ["code"] = e.Code };
        if (e.Field is not null)
        {
            extensions["field"] = e.Field;
        }

        if (e.BudgetId is { } budget)
        {
            extensions["budget_id"] = budget;
        }

        return TypedResults.Problem(e.Message, statusCode: e.Status, extensions: extensions);
    }
}
