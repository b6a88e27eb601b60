using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Providers;

/// <summary>How a provider is spoken to.</summary>
internal enum ProviderKind
{
    /// <summary>Anything with an OpenAI-compatible API: OpenAI, Ollama, vLLM, LM Studio and many more.</summary>
    OpenAI,

    Anthropic,
}

/// <summary>One upstream that answers for models.</summary>
internal sealed class ProviderOptions
{
    [Required]
    public string Name { get; set; } = "";

    public ProviderKind Kind { get; set; }

    [Required]
    public Uri Url { get; set; } = null!;

    /// <summary>Empty for a provider that asks for none.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The models it is asked for, the default one first. Empty: it is asked which it has.</summary>
    public List<string> Models { get; set; } = [];

    /// <summary>Of its models that have no price of their own: zero for a provider whose models run on the operator's own machines.</summary>
    public ModelPrice? Price { get; set; }

    /// <summary>Used when it is there, and nobody's problem when it is not.</summary>
    public bool IsOptional { get; set; }

    /// <summary>How many tokens of prompt and answer its models take together.</summary>
    [Range(512, 10_000_000)]
    public int ContextTokens { get; set; } = 32_000;

    /// <summary>How long a model may think before its first token.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a model may be silent between two tokens.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer may take that is not streamed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a call is repeated that failed before its first token.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;

    /// <summary>The circuit breaker opens for a while when half of at least so many distinct requests within 60 seconds have failed.</summary>
    [Range(2, int.MaxValue)]
    public int BreakerCalls { get; set; } = 8;
}
