using System.Net.Http.Headers;

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

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - DateTimeOffset.UtcNow is { Ticks: > 0 } left => left,
        _ => null,
    };
}
