using Gaia.Chat.Errors;

namespace Gaia.Chat.Responses;

/// <summary>What a response is to hold beyond its text. Source: OpenAI API reference, "Create a model response".</summary>
internal static class ResponseInclude
{
    private const string Logprobs = "message.output_text.logprobs";

    /// <summary>
    /// Gaia has no encrypted reasoning and no tools of its own whose results could be included, and input items hold their images anyway.
    /// </summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        Logprobs,
        "reasoning.encrypted_content",
        "message.input_image.image_url",
        "web_search_call.results",
        "web_search_call.action.sources",
        "file_search_call.results",
        "code_interpreter_call.outputs",
        "computer_call_output.output.image_url",
    };

    /// <exception cref="ChatException">Something is not known.</exception>
    public static void Check(IReadOnlyList<string>? include)
    {
        foreach (var (index, name) in (include ?? []).Index())
        {
            if (!Known.Contains(name))
            {
                throw new ChatException(StatusCodes.Status400BadRequest, "unsupported_parameter", $"\"{name}\" cannot be included.", $"include[{index}]");
            }
        }
    }

    public static bool AsksForLogprobs(IReadOnlyList<string>? include) => include?.Contains(Logprobs) is true;
}
