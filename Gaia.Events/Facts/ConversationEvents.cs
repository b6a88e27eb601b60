namespace Gaia.Events.Facts;

/// <summary>A conversation was created.</summary>
public sealed record ConversationCreated(Guid ConversationId, Guid UserId, Guid? PersonaId) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.conversation.created";

    /// <inheritdoc/>
    public Guid Subject => ConversationId;
}

/// <summary>A conversation was deleted with its messages.</summary>
public sealed record ConversationDeleted(Guid ConversationId, Guid UserId) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.conversation.deleted";

    /// <inheritdoc/>
    public Guid Subject => ConversationId;
}

/// <summary>A model has answered a message of a conversation, and the answer is stored.</summary>
/// <param name="RequestId">Of the request that was answered.</param>
/// <param name="Text">The answer; only with <c>JOURNAL_TEXT=on</c>.</param>
public sealed record MessageCompleted(
    string RequestId, Guid ConversationId, Guid UserId, Guid? PersonaId, string Model, long PromptTokens, long CompletionTokens, string? Text) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.message.completed";

    /// <inheritdoc/>
    public Guid Subject => ConversationId;
}

/// <summary>A message of a conversation was not answered, or not to the end.</summary>
/// <param name="RequestId">Of the request that failed.</param>
/// <param name="Code">As the caller was told it.</param>
public sealed record MessageFailed(string RequestId, Guid ConversationId, Guid UserId, string Code) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.message.failed";

    /// <inheritdoc/>
    public Guid Subject => ConversationId;
}
