using System.Text.Json.Serialization;

namespace Gaia.Asset.OpenAIProtocol;

/// <param name="Created">Seconds since 1970.</param>
internal sealed record ImagesResponse(long Created, IReadOnlyList<ImageData> Data);

/// <summary>An image, which is an asset of the caller's from now on.</summary>
/// <param name="AssetId">Not OpenAI's: what the asset is called.</param>
internal sealed record ImageData(
    Guid AssetId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null,
    [property: JsonPropertyName("b64_json"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Base64 = null);
