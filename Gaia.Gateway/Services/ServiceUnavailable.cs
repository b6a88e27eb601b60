using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Services;

/// <summary>What the gateway answers when a service behind it does not.</summary>
internal static class ServiceUnavailable
{
    private const int RetryAfterSeconds = 2;

    /// <summary>503 with <c>Retry-After</c>.</summary>
    public static ProblemHttpResult Problem(HttpContext context, string service)
    {
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return TypedResults.Problem($"Service {service} unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
