namespace Gaia.Chat.Events;

/// <summary>A question was stored and goes to a model.</summary>
public sealed record MessageStarted(string RequestId, Guid ConversationId, Guid UserId, Guid? PersonaId, string Model, DateTimeOffset Time)
{
    public int Version { get; } = 1;
}

/// <summary>An answer was stored.</summary>
public sealed record MessageCompletion(
    string RequestId, Guid ConversationId, Guid UserId, Guid? PersonaId, string Model, long PromptTokens, long CompletionTokens, DateTimeOffset Time)
{
    public int Version { get; } = 1;
}

/// <param name="Code">As the caller was told it.</param>
public sealed record MessageFailure(string RequestId, Guid ConversationId, Guid UserId, string Code, DateTimeOffset Time)
{
    public int Version { get; } = 1;
}
