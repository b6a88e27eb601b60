using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

/// <summary>Reads the providers that the flat environment variables name. They come before those of the settings files.</summary>
internal sealed class ProviderVariables(IConfiguration settings) : IPostConfigureOptions<ModelOptions>
{
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");
    private static readonly Uri Anthropic = new("https://api.anthropic.com");
    private static readonly Uri Ollama = new("http://localhost:11434");

    // Ollama loads models with a window of this size unless it is told otherwise.
    private const int OllamaContextTokens = 4_096;

    public void PostConfigure(string? name, ModelOptions options) =>
        options.Providers = [.. FromVariables(options.FindsOllama), .. options.Providers];

    private IEnumerable<ProviderOptions> FromVariables(bool findsOllama)
    {
        var openAIUrl = Address("OPENAI_BASE_URL");
        if (openAIUrl is not null || Text("OPENAI_API_KEY") is not null)
        {
            yield return new()
            {
                Name = "openai",
                Url = openAIUrl ?? OpenAI,
                ApiKey = Text("OPENAI_API_KEY") ?? "",
                Models = Names("OPENAI_MODELS", openAIUrl is null ? ["gpt-4o-mini"] : []),
                ContextTokens = 128_000,
            };
        }

        if (Text("ANTHROPIC_API_KEY") is { } anthropicKey)
        {
            yield return new()
            {
                Name = "anthropic",
                Kind = ProviderKind.Anthropic,
                Url = Address("ANTHROPIC_BASE_URL") ?? Anthropic,
                ApiKey = anthropicKey,
                Models = Names("ANTHROPIC_MODELS", ["claude-sonnet-4-5"]),
                ContextTokens = 200_000,
            };
        }

        var ollamaUrl = Address("OLLAMA_URL");
        if (ollamaUrl is not null || findsOllama)
        {
            yield return new()
            {
                Name = "ollama",
                Url = new($"{(ollamaUrl ?? Ollama).ToString().TrimEnd('/')}/v1"),
                ContextTokens = OllamaContextTokens,
                Price = new(0, 0),
                IsOptional = ollamaUrl is null,
            };
        }
    }

    private string? Text(string variable) => settings[variable] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private List<string> Names(string variable, List<string> otherwise) =>
        Text(variable)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names ? [.. names] : otherwise;

    private Uri? Address(string variable) => Text(variable) switch
    {
        null => null,
        { } text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => url,
        { } text => throw new OptionsValidationException(variable, typeof(ModelOptions), [$"{variable} is \"{text}\": an http or https address is wanted."]),
    };
}
