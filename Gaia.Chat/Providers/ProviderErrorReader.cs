using System.ClientModel;
using System.Net.Sockets;
using System.Text.Json;
using Anthropic.Exceptions;

namespace Gaia.Chat.Providers;

/// <summary>Tells from what a provider's client threw what went wrong.</summary>
internal static class ProviderErrorReader
{
    /// <param name="thrown">By the client, for another reason than that the caller left.</param>
    public static ProviderException Read(Exception thrown, Provider provider) => thrown switch
    {
        ProviderException failure => failure,
        ClientResultException { Status: > 0 } e => OfStatus(e.Status, e.GetRawResponse()?.Content?.ToString(), provider, e),
        AnthropicApiException e => OfStatus((int)e.StatusCode, e.ResponseBody, provider, e),
        OperationCanceledException or TimeoutException => new(ProviderErrorKind.TooSlow, provider.Name, $"Model provider {provider.Name} did not answer in time", thrown),
        _ when IsConnectionLost(thrown) => Unavailable(provider, thrown),
        _ => new(ProviderErrorKind.InvalidResponse, provider.Name, $"Model provider {provider.Name} sent something that is not an answer", thrown),
    };

    public static ProviderException Unavailable(Provider provider, Exception? cause) =>
        new(ProviderErrorKind.Unavailable, provider.Name, $"Model provider {provider.Name} unavailable", cause);

    private static ProviderException OfStatus(int status, string? body, Provider provider, Exception cause)
    {
        var (code, message) = ErrorOf(body);
        return status switch
        {
            400 or 413 or 422 when SaysTooLong(code, message) =>
                new(ProviderErrorKind.ContextTooLong, provider.Name, message ?? "The conversation is too long for the model", cause),
            400 or 413 or 422 => new(ProviderErrorKind.Refused, provider.Name, message ?? $"Model provider {provider.Name} refused the request", cause),
            401 or 403 => new(ProviderErrorKind.Unauthorized, provider.Name, $"Model provider {provider.Name} does not accept the key that Gaia has for it", cause),
            404 => new(ProviderErrorKind.NoSuchModel, provider.Name, $"Model provider {provider.Name} does not have this model", cause),
            408 => new(ProviderErrorKind.TooSlow, provider.Name, $"Model provider {provider.Name} did not answer in time", cause),
            429 => new(ProviderErrorKind.Busy, provider.Name, $"Model provider {provider.Name} takes no more requests for now", cause),
            _ => Unavailable(provider, cause),
        };
    }

    private static bool IsConnectionLost(Exception thrown) =>
        thrown is HttpRequestException or IOException or SocketException || thrown.InnerException is { } inner && IsConnectionLost(inner);

    private static bool SaysTooLong(string? code, string? message) =>
        code is "context_length_exceeded"
        || message?.Contains("context length", StringComparison.OrdinalIgnoreCase) is true
        || message?.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>OpenAI and Anthropic both say <c>{"error":{"message":…}}</c>.</summary>
    private static (string? Code, string? Message) ErrorOf(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return json.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object
                ? (TextOf(error, "code"), TextOf(error, "message"))
                : (null, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
