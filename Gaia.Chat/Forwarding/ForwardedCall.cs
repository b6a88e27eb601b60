using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Chat.Providers;

namespace Gaia.Chat.Forwarding;

/// <summary>A request on its way to a provider.</summary>
/// <param name="Model">What the caller names, and the provider as well; null to leave it to the provider.</param>
/// <param name="Path">Below the provider's base URL.</param>
/// <param name="Prompt">What is counted when the provider does not count.</param>
/// <param name="MaxOutputTokens">What the answer may take; null when nothing limits it.</param>
/// <param name="Body">Made anew for every attempt.</param>
internal sealed record ForwardedCall(string? Model, string Path, string Prompt, int? MaxOutputTokens, Func<HttpContent> Body)
{
    private static readonly JsonSerializerOptions Sent = new(EventJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>How many answers are asked for.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>What the answer is estimated to take when the provider does not count: null to estimate it by its text.</summary>
    public int? EstimatedOutputTokens { get; init; }

    /// <summary>What a call that hears or speaks takes at most.</summary>
    public AudioLength? Audio { get; init; }

    public static ForwardedCall Json<TRequest>(string? model, string path, TRequest request, string prompt, int? maxOutputTokens)
        where TRequest : ForwardedRequest
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(request, Sent);
        return new(model, path, prompt, maxOutputTokens, () => new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } });
    }

    /// <summary>All text in a string, an array of strings or an array of parts; arrays of tokens become as many letters as they probably stand for.</summary>
    public static string TextOf(JsonElement? input) => input is not { } json ? "" : json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number => "four",
        JsonValueKind.Array => string.Concat(json.EnumerateArray().Select(one => TextOf(one))),
        JsonValueKind.Object => string.Concat(json.EnumerateObject().Where(member => member.Name is "text").Select(member => TextOf(member.Value))),
        _ => "",
    };
}
