using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Failures.StatusOf, ExceptionHandler = Write });
        app.UseStatusCodePages(context => Write(context.HttpContext));
    }

    /// <summary>Also to a client that asked for something else than JSON: an empty body helps it less.</summary>
    private static Task Write(HttpContext context) => TypedResults.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);

    private static void Complete(ProblemDetailsContext context, string service)
    {
        var (problem, response) = (context.ProblemDetails, context.HttpContext.Response);
        if (problem is HttpValidationProblemDetails invalid)
        {
            response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            problem.Status = response.StatusCode;
            problem.Type = "https://tools.ietf.org/html/rfc4918#section-11.2";
        }

        switch (problem.Status)
        {
            case StatusCodes.Status401Unauthorized:
                problem.Detail ??= Problems.NotAuthenticated;
                break;
            case StatusCodes.Status503ServiceUnavailable:
                problem.Detail ??= $"Service {service} unavailable";
                response.Headers.TryAdd(HeaderNames.RetryAfter, RetryAfterSeconds.ToString(CultureInfo.InvariantCulture));
                break;
        }

        problem.Extensions["trace_id"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
    }
}
