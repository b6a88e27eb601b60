using System.Net;
using System.Text.Json;

namespace Gaia.Asset.Generations;

/// <summary>An error that the image model answered. <see cref="Exception.Message"/> is for the user when the same request would be refused again.</summary>
/// <param name="status">The model's.</param>
/// <param name="detail">The model's words, or ours where it has none.</param>
/// <param name="code">The model's word for programs; null without one.</param>
internal sealed class PictureModelException(HttpStatusCode status, string detail, string? code) : HttpRequestException(detail, null, status)
{
    private const string DefaultDetail = "The model refuses this description or size";
    private const int LongestDetail = 1000;

    public string? Code { get; } = code;

    /// <summary>Whether the same request would be refused again.</summary>
    public bool IsFinal => StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity;

    public static async Task<PictureModelException> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            if (await answer.Content.ReadFromJsonAsync<JsonElement>(ct) is { ValueKind: JsonValueKind.Object } body
                && body.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object && TextIn(error, "message", LongestDetail) is { } detail)
            {
                return new(answer.StatusCode, detail, TextIn(error, "code", Generation.FailureCodeLimit));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or in an encoding nobody has.
        }

        return new(answer.StatusCode, DefaultDetail, null);
    }

    private static string? TextIn(JsonElement error, string member, int longest) =>
        error.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text[..Math.Min(text.Length, longest)] : null;
}
