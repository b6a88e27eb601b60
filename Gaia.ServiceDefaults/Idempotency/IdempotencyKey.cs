using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>The <c>Idempotency-Key</c> of a request: one user's, for one path.</summary>
/// <param name="Name">In Redis. The key itself is the client's, and may say anything.</param>
/// <param name="Refusal">What to answer instead, when it is no key.</param>
public sealed record IdempotencyKey(string Name, ProblemHttpResult? Refusal)
{
    internal const string Header = "Idempotency-Key";
    private const int Longest = 255;

    public static ProblemHttpResult InFlight => TypedResults.Problem($"A request with this {Header} is in flight", statusCode: StatusCodes.Status409Conflict);

    public static ProblemHttpResult UsedBefore => TypedResults.Problem($"This {Header} was used for another request", statusCode: StatusCodes.Status422UnprocessableEntity);

    /// <returns>Null when the request has none.</returns>
    public static IdempotencyKey? Of(HttpContext http)
    {
        if (http.Request.Headers[Header] is not [{ Length: > 0 } given])
        {
            return null;
        }

        var user = http.RequestServices.GetRequiredService<CurrentUser>().Id;
        return new(
            $"idempotency:{Hash($"{user}\n{http.Request.Path}\n{given}")}",
            given.Length > Longest ? TypedResults.Problem($"{Header} has at most {Longest} characters", statusCode: StatusCodes.Status400BadRequest) : null);
    }

    /// <summary>Of a request's body, to know it again.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
