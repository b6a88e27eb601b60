namespace Gaia.Chat.Providers;

internal enum ProviderErrorKind
{
    /// <summary>No connection, or the provider says that it is broken.</summary>
    Unavailable,

    /// <summary>It takes no more calls from Gaia for now.</summary>
    Busy,

    TooSlow,

    /// <summary>What came back is not an answer.</summary>
    InvalidResponse,

    /// <summary>The answer stopped in the middle.</summary>
    Interrupted,

    /// <summary>It does not accept Gaia's key.</summary>
    Unauthorized,

    /// <summary>It does not have the model that it is configured for.</summary>
    NoSuchModel,

    ContextTooLong,

    /// <summary>It refuses what the caller asks for.</summary>
    Refused,
}

/// <summary>A provider did not answer. The message is fit for the caller's eyes: it holds nothing of Gaia's own.</summary>
internal sealed class ProviderException(ProviderErrorKind kind, string provider, string message, Exception? cause = null) : Exception(message, cause)
{
    public ProviderErrorKind Kind => kind;

    public string Provider => provider;

    /// <summary>The same call may succeed a moment later.</summary>
    public bool IsWorthRepeating => kind is ProviderErrorKind.Unavailable or ProviderErrorKind.Busy or ProviderErrorKind.InvalidResponse;

    /// <summary>Another call would probably fail as well.</summary>
    public bool IsProvidersFault => kind is ProviderErrorKind.Unavailable or ProviderErrorKind.TooSlow or ProviderErrorKind.InvalidResponse or ProviderErrorKind.Interrupted;

    /// <summary>Another provider might do better.</summary>
    public bool IsWorthAskingAnother => kind is not (ProviderErrorKind.ContextTooLong or ProviderErrorKind.Refused);
}
