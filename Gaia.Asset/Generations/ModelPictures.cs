using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gaia.Asset.Uploads;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Generations;

/// <summary>Pictures from a model behind an OpenAI-compatible images endpoint.</summary>
internal sealed class ModelPictures : IPictureSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string model;
    private readonly PictureCosts costs;

    // Not from the factory: its clients give up after seconds and repeat what was paid for; the queue repeats, and counts.
    private readonly HttpClient client = new() { Timeout = Patience };

    public ModelPictures(PictureCosts costs, IOptions<GenerationOptions> options)
    {
        this.costs = costs;
        model = options.Value.Model!;
        client.BaseAddress = new($"{options.Value.BaseUrl.ToString().TrimEnd('/')}/");
        if (options.Value.ApiKey is { Length: > 0 } key)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public async Task<Stream> Create(Generation generation, CancellationToken ct)
    {
        var request = new Dictionary<string, object>
        {
            ["model"] = model,
            ["prompt"] = generation.Style is { Length: > 0 } style ? $"{generation.Description}\n\nStyle: {style}" : generation.Description,
            ["size"] = $"{generation.Width}x{generation.Height}",
            ["n"] = 1,
        };
        if (!model.StartsWith("gpt-image", StringComparison.Ordinal))
        {
            // The gpt-image family knows no other answer, and refuses to be asked.
            request["response_format"] = "b64_json";
        }

        await costs.Charge(generation, ct);
        using var answer = await client.PostAsJsonAsync("images/generations", request, ct);
        if (!answer.IsSuccessStatusCode)
        {
            // Whoever answers so takes no money; how a call ended that nobody answered is not known.
            await costs.GiveBack(generation, ct);
        }

        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, "The model refuses this description or size");
        }

        answer.EnsureSuccessStatusCode();
        return new MemoryStream(PictureIn(await answer.Content.ReadFromJsonAsync<JsonElement>(ct)));
    }

    public void Dispose() => client.Dispose();

    private static byte[] PictureIn(JsonElement answer) =>
        answer.TryGetProperty("data", out var data) && data is { ValueKind: JsonValueKind.Array } && data.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
            && first.TryGetProperty("b64_json", out var encoded) && encoded.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new HttpRequestException("The model answered without a picture.");
}
