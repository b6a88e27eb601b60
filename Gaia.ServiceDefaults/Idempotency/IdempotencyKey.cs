using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia;

/// <summary>The <c>Idempotency-Key</c> of a request, in the scope of its user and path.</summary>
/// <param name="Name">The name of its record, in Postgres and Redis: a hash, since the key itself may be any text.</param>
/// <param name="Refusal">The response to a key that is not valid; null otherwise.</param>
public sealed record IdempotencyKey(string Name, ProblemHttpResult? Refusal)
{
    internal const string Header = "Idempotency-Key";
    internal const int NameLimit = 128;
    private const int Longest = 255;

    /// <summary>How long a response is repeated.</summary>
    internal static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);

    public static ProblemHttpResult InFlight => TypedResults.Problem($"A request with this {Header} is being processed", statusCode: StatusCodes.Status409Conflict);

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
            given.Length > Longest ? TypedResults.Problem($"{Header} must have at most {Longest} characters", statusCode: StatusCodes.Status400BadRequest) : null);
    }

    /// <summary>Of a request's body, to know it again.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
