using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Providers;

/// <summary>The error object in a provider's response. OpenAI and Anthropic both write <c>{"error":{"message":…}}</c>.</summary>
internal sealed partial record ProviderError(string? Message, string? Type, string? Code, string? Param)
{
    private static readonly ProviderError Empty = new(null, null, null, null);

    public bool IsContextLength =>
        Code is "context_length_exceeded"
        || Message?.Contains("context length", StringComparison.OrdinalIgnoreCase) is true
        || Message?.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) is true;

    public static ProviderError Parse(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return Of(json.RootElement) ?? Empty;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Empty;
        }
    }

    /// <summary>The error that a response or a chunk holds; null when it holds none.</summary>
    public static ProviderError? Of(JsonElement json) =>
        json.Member("error") is { } error
            ? error.ValueKind switch
            {
                JsonValueKind.Object => new(error.Text("message"), error.Text("type"), error.Text("code"), error.Text("param")),
                JsonValueKind.String => Empty with { Message = error.GetString() },
                _ => null,
            }
            : null;

    /// <summary>The message without what names the account that Gaia has with the provider.</summary>
    public string? MessageWithout(string apiKey)
    {
        if (string.IsNullOrWhiteSpace(Message))
        {
            return null;
        }

        var text = apiKey.Length > 0 ? Message.Replace(apiKey, "…", StringComparison.Ordinal) : Message;
        return Identifier().Replace(Account().Replace(text, ""), "…");
    }

    [GeneratedRegex(@"\s+(in|for|of|on) (your )?(organization|organisation|project|account|workspace) \S*[^\s.,:;)]", RegexOptions.IgnoreCase)]
    private static partial Regex Account();

    [GeneratedRegex(@"\b(sk|pk|rk|org|proj|acct|key)[-_][\w*-]{3,}")]
    private static partial Regex Identifier();
}
