using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Gaia;

/// <summary>
/// Gives problems the member <c>error</c> that some clients look for: OpenAI's libraries read their error object from it, those of the original
/// platform's v0.3 a sentence. RFC 9457 lets a problem carry more than its own members.
/// </summary>
internal static class ErrorMember
{
    public static void AddTo(ProblemDetails problem, PathString path)
    {
        if (path.StartsWithSegments("/v1"))
        {
            problem.Extensions["error"] = OpenAIError(problem);
        }
        else if (path.StartsWithSegments("/api/v0.3"))
        {
            problem.Extensions["error"] = problem.Detail ?? problem.Title;
        }
    }

    private static CompletionError OpenAIError(ProblemDetails problem) => problem is HttpValidationProblemDetails { Errors.Count: > 0 } invalid
        ? new(invalid.Errors.First().Value.FirstOrDefault() ?? problem.Detail ?? "", "invalid_request_error", invalid.Errors.First().Key, "invalid_request")
        : new(
            problem.Detail ?? problem.Title ?? "",
            problem.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error",
            problem.Extensions.TryGetValue("field", out var field) ? field as string : null,
            problem.Extensions.TryGetValue("code", out var code) ? code as string : CodeOf(problem.Status));

    /// <summary>OpenAI's words for what no handler has a word for.</summary>
    private static string? CodeOf(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => "invalid_request",
        StatusCodes.Status401Unauthorized => "invalid_api_key",
        StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
        _ => null,
    };
}

/// <summary>OpenAI's error object.</summary>
/// <param name="Param">What of the request is wrong, when it is one thing.</param>
/// <param name="Code">A word for programs.</param>
public sealed record CompletionError(string Message, string Type, string? Param, string? Code);
