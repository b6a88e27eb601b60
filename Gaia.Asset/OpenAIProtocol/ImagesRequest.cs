using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Asset.Generations;

namespace Gaia.Asset.OpenAIProtocol;

/// <summary>A request for images as OpenAI defines it.</summary>
/// <param name="Prompt">What to show.</param>
/// <param name="Model">The configured image model; another one is not found.</param>
/// <param name="N">How many images, from 1 to 10; 1 by default.</param>
/// <param name="Size">Width and height in pixels, from 64x64 to 2048x2048, or auto for 1024x1024.</param>
/// <param name="ResponseFormat">url, for a signed link that is valid for an hour, or b64_json; as the model's family answers by default.</param>
/// <param name="Stream">Images are not streamed.</param>
public sealed record ImagesRequest(
    [Required, StringLength(Generation.DescriptionLimit)] string? Prompt = null,
    string? Model = null,
    [Range(1, 10)] int? N = null,
    string? Size = null,
    [AllowedValues("url", "b64_json", null, ErrorMessage = "url or b64_json.")] string? ResponseFormat = null,
    [AllowedValues(false, null, ErrorMessage = "Images are not streamed.")] bool? Stream = null) : IValidatableObject
{
    private const string AutomaticSize = "auto";

    // It says who asks, and changes no image.
    private const string User = "user";

    /// <summary>What else the request has, for the model.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Parameters { get; init; }

    internal GenerationRequest ToGeneration() => new(Prompt, Size: Size == AutomaticSize ? null : Size);

    /// <summary>As JSON; null when the request has none.</summary>
    internal string? ParametersJson() => Given().ToDictionary() is { Count: > 0 } given ? JsonSerializer.Serialize(given) : null;

    /// <summary>The first parameter that has no meaning for the built-in generator; null without one.</summary>
    internal string? FirstForModels() => Given().Select(parameter => parameter.Key).FirstOrDefault(name => name != User);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ToGeneration().Pixels is null)
        {
            yield return new(GenerationRequest.SizeError, [nameof(Size)]);
        }

        if (ParametersJson() is { Length: > Generation.ParametersLimit })
        {
            yield return new($"All together they may have at most {Generation.ParametersLimit} characters.", [Given().First().Key]);
        }
    }

    private IEnumerable<KeyValuePair<string, JsonElement>> Given() => (Parameters ?? []).Where(parameter => parameter.Value.ValueKind is not JsonValueKind.Null);
}
