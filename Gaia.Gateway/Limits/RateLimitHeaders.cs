using System.Globalization;

namespace Gaia.Gateway.Limits;

/// <summary>What a response says about the caller's quota (draft-ietf-httpapi-ratelimit-headers).</summary>
internal static class RateLimitHeaders
{
    private const string PolicyHeader = "RateLimit-Policy";
    private const string LimitHeader = "RateLimit";

    public static void Write(HttpResponse response, in Decision decision)
    {
        response.Headers[PolicyHeader] = decision.Policy.Header;
        response.Headers[LimitHeader] = string.Create(
            CultureInfo.InvariantCulture, $"\"{decision.Policy.Name}\";r={decision.Remaining};t={decision.ResetSeconds}");
    }

    public static Task RefuseAsync(HttpContext context, in Decision decision)
    {
        context.Response.Headers.RetryAfter = decision.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            string.Create(CultureInfo.InvariantCulture, $"Too many requests. Try again in {decision.RetryAfterSeconds} s."),
            statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
    }
}
