using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Auth.Attempts;

internal static class TooManyAttempts
{
    /// <summary>The same whether or not the account exists and the password was right: it was not looked at.</summary>
    public static ProblemHttpResult After(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem("Too many attempts. Try again later.", statusCode: StatusCodes.Status429TooManyRequests);
    }
}
