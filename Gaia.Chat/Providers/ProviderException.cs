using Gaia.Chat.Errors;

namespace Gaia.Chat.Providers;

internal enum ProviderErrorKind
{
    /// <summary>No connection, or the provider reports a fault of its own.</summary>
    Unavailable,

    /// <summary>The provider limits the rate of Gaia's calls.</summary>
    RateLimited,

    /// <summary>The account that Gaia has with the provider is used up.</summary>
    QuotaExceeded,

    TimedOut,

    /// <summary>The response is not a completion.</summary>
    InvalidResponse,

    /// <summary>The response ended before its end.</summary>
    Interrupted,

    /// <summary>The provider does not accept Gaia's key.</summary>
    Unauthorized,

    /// <summary>The provider does not have the model that it is configured for.</summary>
    ModelNotFound,

    /// <summary>The provider rejects what the caller asks for.</summary>
    Rejected,
}

/// <summary>A provider did not answer. The message can be shown to callers: it holds nothing of Gaia's own account.</summary>
internal sealed class ProviderException(
    ProviderErrorKind kind, string provider, int status, string code, string message, string? field = null, Exception? cause = null)
    : ChatException(status, code, message, field, cause)
{
    public ProviderErrorKind Kind => kind;

    public string Provider => provider;

    /// <summary>The same call may succeed a moment later.</summary>
    public bool IsTransient => kind is ProviderErrorKind.Unavailable or ProviderErrorKind.InvalidResponse || kind is ProviderErrorKind.RateLimited && RetryAfter is null;

    /// <summary>Other calls would probably fail as well.</summary>
    public bool IsProviderFault =>
        kind is ProviderErrorKind.Unavailable or ProviderErrorKind.TimedOut or ProviderErrorKind.InvalidResponse or ProviderErrorKind.Interrupted;

    /// <summary>Another provider may be able to answer.</summary>
    public bool AllowsFallback => kind is not ProviderErrorKind.Rejected;
}
