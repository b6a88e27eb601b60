using System.Net.Http.Headers;
using System.Text.Json;
using Gaia.Asset.Staging;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Generations;

/// <summary>A model behind an OpenAI-compatible images endpoint.</summary>
internal sealed class PictureModel : IDisposable
{
    // What an answer has beside its picture, and what base64 adds to that.
    private const int AnswerOverhead = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly string name;

    // Not from the factory: its clients give up after seconds and repeat what was paid for; the queue repeats, and counts.
    private readonly HttpClient client = new() { Timeout = Timeout };

    public PictureModel(IOptions<GenerationOptions> options, IOptions<StorageOptions> storage)
    {
        name = options.Value.Model!;
        client.MaxResponseContentBufferSize = Math.Min(int.MaxValue, Math.Min(storage.Value.MaxBytes, int.MaxValue) / 3 * 4 + AnswerOverhead);
        client.BaseAddress = new($"{options.Value.BaseUrl.ToString().TrimEnd('/')}/");
        if (options.Value.ApiKey is { Length: > 0 } key)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <returns>An encoded picture, as far as the model says.</returns>
    /// <exception cref="PictureModelException">The model says that there is none.</exception>
    /// <exception cref="HttpRequestException">There is none, but the model may have made one.</exception>
    /// <exception cref="ContentTooLargeException">It is larger than any file may be.</exception>
    public async Task<byte[]> AskAsync(Generation generation, CancellationToken ct)
    {
        var request = new Dictionary<string, object>
        {
            ["model"] = name,
            ["prompt"] = generation.Style is { Length: > 0 } style ? $"{generation.Description}\n\nStyle: {style}" : generation.Description,
            ["size"] = $"{generation.Width}x{generation.Height}",
            ["n"] = 1,
        };
        if (!name.StartsWith("gpt-image", StringComparison.Ordinal))
        {
            // The gpt-image family knows no other answer, and refuses to be asked.
            request["response_format"] = "b64_json";
        }

        if (generation.Parameters is { } parameters)
        {
            foreach (var (parameter, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(parameters)!)
            {
                request[parameter] = value;
            }
        }

        try
        {
            using var answer = await client.PostAsJsonAsync("images/generations", request, ct);
            if (!answer.IsSuccessStatusCode)
            {
                throw await PictureModelException.ReadAsync(answer, ct);
            }

            return PictureIn(await answer.Content.ReadFromJsonAsync<JsonElement>(ct)) ?? throw new HttpRequestException("The model answered without a picture.");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new ContentTooLargeException();
        }
        catch (JsonException e)
        {
            throw new HttpRequestException("The model answered without a picture.", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException("The model does not answer.", e);
        }
    }

    public void Dispose() => client.Dispose();

    private static byte[]? PictureIn(JsonElement answer) =>
        answer is { ValueKind: JsonValueKind.Object } && answer.TryGetProperty("data", out var data) && data is { ValueKind: JsonValueKind.Array }
            && data.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
            && first.TryGetProperty("b64_json", out var encoded) && encoded is { ValueKind: JsonValueKind.String } && encoded.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : null;
}
