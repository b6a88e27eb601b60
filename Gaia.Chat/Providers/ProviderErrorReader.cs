using System.Net.Sockets;
using Anthropic.Exceptions;

namespace Gaia.Chat.Providers;

/// <summary>Turns what a provider's client threw, or what its server answered, into a <see cref="ProviderException"/>.</summary>
internal static class ProviderErrorReader
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <param name="thrown">By the client, for another reason than that the caller cancelled.</param>
    public static ProviderException Read(Exception thrown, Provider provider) => thrown switch
    {
        ProviderException e => e,
        AnthropicApiException e => Read((int)e.StatusCode, ProviderError.Parse(e.ResponseBody), retryAfter: null, provider.Options, e),
        OperationCanceledException or TimeoutException => TimedOut(provider.Name, thrown),
        _ when IsConnectionLost(thrown) => Unavailable(provider.Name, thrown),
        _ => Invalid(provider.Name, thrown),
    };

    /// <param name="status">Of the provider's response.</param>
    /// <param name="retryAfter">The provider's, which its caller is told.</param>
    public static ProviderException Read(int status, ProviderError error, TimeSpan? retryAfter, ProviderOptions provider, Exception? cause = null)
    {
        var name = provider.Name;
        var message = error.MessageWithout(provider.ApiKey);
        return status switch
        {
            401 or 403 => new(ProviderErrorKind.Unauthorized, name, StatusCodes.Status502BadGateway, "provider_failed",
                $"Model provider {name} does not accept the key that Gaia has for it", cause: cause),
            404 when message is not null => new(ProviderErrorKind.ModelNotFound, name, status, error.Code ?? "model_not_found", message, error.Param ?? "model", cause),
            404 => new(ProviderErrorKind.ModelNotFound, name, StatusCodes.Status502BadGateway, "provider_failed",
                $"Model provider {name} does not have this model", cause: cause),
            408 => TimedOut(name, cause),
            429 when error.Code is "insufficient_quota" || error.Type is "insufficient_quota" => new(ProviderErrorKind.QuotaExceeded, name, status, "insufficient_quota",
                $"The quota of model provider {name} is used up", cause: cause)
            { RetryAfter = retryAfter },
            429 => new(ProviderErrorKind.RateLimited, name, status, error.Code ?? "rate_limit_exceeded", $"Model provider {name} takes no more requests for now", cause: cause)
            {
                RetryAfter = retryAfter,
            },
            >= 400 and < 500 when error.IsContextLength => new(ProviderErrorKind.Rejected, name, StatusCodes.Status400BadRequest, "context_length_exceeded",
                message ?? "The conversation is too long for the model", error.Param ?? "messages", cause),
            >= 400 and < 500 => new(ProviderErrorKind.Rejected, name, status, error.Code ?? "provider_refused",
                message ?? $"Model provider {name} refused the request", error.Param, cause),
            _ => Unavailable(name, cause, retryAfter),
        };
    }

    public static ProviderException Unavailable(string provider, Exception? cause, TimeSpan? retryAfter = null) =>
        new(ProviderErrorKind.Unavailable, provider, StatusCodes.Status503ServiceUnavailable, "provider_unavailable", $"Model provider {provider} unavailable", cause: cause)
        {
            RetryAfter = retryAfter ?? RetryDelay,
        };

    public static ProviderException Invalid(string provider, Exception? cause = null) => new(
        ProviderErrorKind.InvalidResponse, provider, StatusCodes.Status502BadGateway, "provider_failed",
        $"Model provider {provider} sent something that is not an answer", cause: cause);

    /// <param name="error">What the provider said instead of the rest, if anything.</param>
    public static ProviderException Interrupted(string provider, ProviderError? error = null) => new(
        ProviderErrorKind.Interrupted, provider, StatusCodes.Status502BadGateway, error?.Code ?? "provider_failed",
        $"Model provider {provider} broke off its answer", error?.Param);

    private static ProviderException TimedOut(string provider, Exception? cause) => new(
        ProviderErrorKind.TimedOut, provider, StatusCodes.Status504GatewayTimeout, "provider_timeout", $"Model provider {provider} did not answer in time", cause: cause);

    private static bool IsConnectionLost(Exception thrown) =>
        thrown is HttpRequestException or IOException or SocketException || thrown.InnerException is { } inner && IsConnectionLost(inner);
}
