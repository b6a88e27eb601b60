using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Gaia;

/// <summary>Every error leaves a service as RFC 9457 problem details that say what a client can use, and nothing of what went wrong inside.</summary>
internal static class ProblemResponses
{
    private const int RetryAfterSeconds = 2;

    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        var service = builder.Environment.ApplicationName.Split('.')[^1].ToLowerInvariant();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = problem => Complete(problem, service));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = Failures.StatusOf,
            ExceptionHandler = WriteAsync,

            // A database that is unavailable is logged when it goes, not with a stack trace for every request.
            SuppressDiagnosticsCallback = failed => Failures.StatusOf(failed.Exception) != StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext));
    }

    /// <summary>Writes also to a client that asked for something else than JSON, as event streams do: an empty body would help it less.</summary>
    private static async Task WriteAsync(HttpContext context)
    {
        var malformed = context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException failure ? MalformedRequest.Of(failure) : null;
        var problem = TypedResults.Problem(
            malformed?.Detail, statusCode: context.Response.StatusCode, extensions: malformed?.Field is { } field ? new Dictionary<string, object?> { ["field"] = field } : null);
        var complete = context.RequestServices.GetRequiredService<IOptions<ProblemDetailsOptions>>().Value.CustomizeProblemDetails;
        complete?.Invoke(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem.ProblemDetails });
        await problem.ExecuteAsync(context);
    }

    private static void Complete(ProblemDetailsContext context, string service)
    {
        var (problem, response) = (context.ProblemDetails, context.HttpContext.Response);
        if (problem is HttpValidationProblemDetails invalid)
        {
            response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            problem.Status = response.StatusCode;
            problem.Type = "https://tools.ietf.org/html/rfc4918#section-11.2";
            invalid.NameFieldsAsInJson();
        }

        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status507InsufficientStorage)
        {
            response.Headers.TryAdd(HeaderNames.RetryAfter, RetryAfterSeconds.ToString(CultureInfo.InvariantCulture));
        }

        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status400BadRequest => "The request is malformed.",
            StatusCodes.Status401Unauthorized => Problems.NotAuthenticated,
            StatusCodes.Status403Forbidden => "The credential does not allow this.",
            StatusCodes.Status404NotFound => "Nothing is here.",
            StatusCodes.Status422UnprocessableEntity => "The request does not pass validation.",
            StatusCodes.Status503ServiceUnavailable => $"Service {service} unavailable",
            StatusCodes.Status507InsufficientStorage => "The storage is full.",
            _ => problem.Title,
        };
        problem.Extensions["trace_id"] = TraceOf(context.HttpContext);
        ErrorMember.AddTo(problem, context.HttpContext.Request.Path);
    }

    /// <summary>The caller's trace also where nobody collects any, so that no activity was begun.</summary>
    private static string TraceOf(HttpContext context) =>
        Activity.Current is { } activity ? activity.TraceId.ToString()
        : ActivityContext.TryParse(context.Request.Headers.TraceParent, null, out var callers) ? callers.TraceId.ToString()
        : context.TraceIdentifier;
}
