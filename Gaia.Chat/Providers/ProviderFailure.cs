namespace Gaia.Chat.Providers;

internal enum FailureKind
{
    /// <summary>No connection, or the provider says that it is broken.</summary>
    Unavailable,

    /// <summary>It takes no more calls from Gaia for now.</summary>
    Busy,

    TooSlow,

    /// <summary>What came back is not an answer.</summary>
    Nonsense,

    /// <summary>The answer stopped in the middle.</summary>
    BrokeOff,

    /// <summary>It does not accept Gaia's key.</summary>
    Locked,

    /// <summary>It does not have the model that it is configured for.</summary>
    NoSuchModel,

    ContextTooLong,

    /// <summary>It refuses what the caller asks for.</summary>
    Refused,
}

/// <summary>A provider did not answer. The message is fit for the caller's eyes: it holds nothing of Gaia's own.</summary>
internal sealed class ProviderFailure(FailureKind kind, string provider, string message, Exception? cause = null) : Exception(message, cause)
{
    public FailureKind Kind => kind;

    public string Provider => provider;

    /// <summary>The same call may succeed a moment later.</summary>
    public bool IsWorthRepeating => kind is FailureKind.Unavailable or FailureKind.Busy or FailureKind.Nonsense;

    /// <summary>Another call would probably fail as well.</summary>
    public bool IsProvidersFault => kind is FailureKind.Unavailable or FailureKind.TooSlow or FailureKind.Nonsense or FailureKind.BrokeOff;

    /// <summary>Another provider might do better.</summary>
    public bool IsWorthAskingAnother => kind is not (FailureKind.ContextTooLong or FailureKind.Refused);
}
