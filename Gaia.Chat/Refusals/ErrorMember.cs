using Gaia.Chat.Completions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Refusals;

/// <summary>
/// Gives problems the member <c>error</c> that some clients look for: OpenAI's libraries read their error object from it, those of the original
/// platform's v0.3 a sentence. RFC 9457 lets a problem carry more than its own members.
/// </summary>
internal sealed class ErrorMember : IPostConfigureOptions<ProblemDetailsOptions>
{
    public void PostConfigure(string? name, ProblemDetailsOptions options)
    {
        var before = options.CustomizeProblemDetails;
        options.CustomizeProblemDetails = context =>
        {
            before?.Invoke(context);
            var problem = context.ProblemDetails;
            var path = context.HttpContext.Request.Path;
            if (path.StartsWithSegments("/v1"))
            {
                problem.Extensions["error"] = OpenAIError(problem);
            }
            else if (path.StartsWithSegments("/api/v0.3"))
            {
                problem.Extensions["error"] = problem.Detail ?? problem.Title;
            }
        };
    }

    private static CompletionError OpenAIError(ProblemDetails problem) => new(
        problem.Detail ?? problem.Title ?? "",
        problem.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error",
        problem.Extensions.TryGetValue("field", out var field) ? field as string : null,
        problem.Extensions.TryGetValue("code", out var code) ? code as string : null);
}
