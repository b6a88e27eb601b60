using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>The field of a JSON body whose value cannot be read as what it should be.</summary>
/// <param name="Name">Its path, such as <c>messages[0].role</c>.</param>
internal sealed record JsonFieldError(string Name)
{
    public string Detail => $"The value of {Name} does not have the expected type.";

    /// <returns>Null when the request failed for another reason, and when its body is no JSON at all.</returns>
    public static JsonFieldError? Find(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>()?.Error is not BadHttpRequestException failure)
        {
            return null;
        }

        // Malformed JSON is a JsonException within another one.
        return failure.InnerException is JsonException { Path: { Length: > 2 } path, InnerException: not JsonException } && path.StartsWith("$.", StringComparison.Ordinal)
            ? new(path[2..])
            : null;
    }
}
