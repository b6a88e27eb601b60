using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gaia.Chat.Providers;

/// <summary>Sends requests to a server with OpenAI's API, and tells its errors.</summary>
internal sealed class OpenAIConnection(HttpClient http, ProviderOptions provider)
{
    public ProviderOptions Provider => provider;

    /// <param name="path">Below the provider's base URL, such as <c>chat/completions</c>.</param>
    /// <param name="content">Disposed with the request.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>A successful response as soon as its headers are there; the caller disposes it.</returns>
    /// <exception cref="ProviderException">The provider answered with an error.</exception>
    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{provider.Url.ToString().TrimEnd('/')}/{path}") { Content = content };
        if (provider.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var error = ProviderError.Parse(await response.Content.ReadAsStringAsync(ct));
            throw ProviderErrorReader.Read((int)response.StatusCode, error, RetryAfter(response.Headers.RetryAfter), provider);
        }
    }

    /// <summary>The chunks of a streamed response, as they come.</summary>
    /// <exception cref="ProviderException">The provider answered with an error.</exception>
    public async IAsyncEnumerable<JsonElement> StreamAsync(string path, HttpContent content, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await PostAsync(path, content, ct);
        await foreach (var chunk in ReadChunksAsync(response, ct))
        {
            yield return chunk;
        }
    }

    /// <summary>The chunks of a response that is there already.</summary>
    public static async IAsyncEnumerable<JsonElement> ReadChunksAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        await foreach (var chunk in SseParser.Create(body, Parse).EnumerateAsync(ct))
        {
            if (chunk.Data is not { } json)
            {
                yield break;
            }

            yield return json;
        }
    }

    /// <returns>Null for the end of the stream.</returns>
    private static JsonElement? Parse(string eventType, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return null;
        }

        var reader = new Utf8JsonReader(data);
        return JsonElement.ParseValue(ref reader);
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - DateTimeOffset.UtcNow is { Ticks: > 0 } left => left,
        _ => null,
    };
}
