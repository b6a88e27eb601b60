using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Chat.Forwarding;

/// <summary>A request that is sent on as it came: what Gaia reads of it, and all the rest.</summary>
public abstract record ForwardedRequest
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>Source: OpenAI API reference, "Create embeddings".</summary>
public sealed record EmbeddingRequest : ForwardedRequest
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    /// <summary>A string, an array of strings, or one or several arrays of tokens.</summary>
    [Required]
    public JsonElement? Input { get; init; }
}

/// <summary>Source: OpenAI API reference, "Create moderation".</summary>
public sealed record ModerationRequest : ForwardedRequest
{
    /// <summary>The provider's own choice unless told.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string? Model { get; init; }

    /// <summary>A string, an array of strings, or an array of parts.</summary>
    [Required]
    public JsonElement? Input { get; init; }
}

/// <summary>Source: OpenAI API reference, "Create completion" (legacy).</summary>
public sealed record TextCompletionRequest : ForwardedRequest
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    /// <summary>A string, an array of strings, or one or several arrays of tokens.</summary>
    [Required]
    public JsonElement? Prompt { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxTokens { get; init; }

    [Range(1, 128)]
    public int? N { get; init; }

    /// <summary>How many are made, of which <see cref="N"/> are returned; each costs.</summary>
    [Range(1, 20)]
    public int? BestOf { get; init; }

    public bool? Stream { get; init; }
}

/// <summary>Source: OpenAI API reference, "Create speech".</summary>
public sealed record SpeechRequest : ForwardedRequest
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    [Required, StringLength(100_000, MinimumLength = 1)]
    public string Input { get; init; } = "";

    /// <summary>audio, or sse for events.</summary>
    public string? StreamFormat { get; init; }

    internal bool IsStream => StreamFormat is "sse";
}
