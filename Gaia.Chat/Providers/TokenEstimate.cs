using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>
/// Guesses how many tokens a text has, for deciding what fits into a model's window and for accounting when a provider does not count. Every model
/// cuts differently; four letters of English, or one sign of another script, are near enough to one token everywhere.
/// </summary>
internal static class TokenEstimate
{
    private const int AsciiPerToken = 4;

    // What the wire format puts around each message.
    private const int PerMessage = 4;

    // An image costs by its size in pixels, which is not known here: what a large one costs with the usual providers.
    private const int PerImage = 1_000;

    public static int Of(string text)
    {
        int ascii = 0, other = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.IsAscii ? ascii++ : other++;
        }

        return (ascii + AsciiPerToken - 1) / AsciiPerToken + other;
    }

    public static int Of(ChatMessage message) => PerMessage + message.Contents.Sum(Of);

    /// <summary>What the description of tools adds to a prompt.</summary>
    public static int Of(ChatOptions options) => options.Tools?.OfType<AIFunctionDeclaration>().Sum(tool =>
        PerMessage + Of(tool.Name) + Of(tool.Description) + Of(tool.JsonSchema.GetRawText())) ?? 0;

    private static int Of(AIContent content) => content switch
    {
        TextContent text => Of(text.Text),
        FunctionCallContent call => Of(call.Name) + (call.Arguments?.Sum(a => Of(a.Key) + Of($"{a.Value}")) ?? 0),
        FunctionResultContent result => Of($"{result.Result}"),
        DataContent or UriContent => PerImage,
        _ => 0,
    };
}
