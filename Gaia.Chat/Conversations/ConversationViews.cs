using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Conversations;

public sealed record ConversationDraft([StringLength(Conversation.TitleLimit)] string? Title = null, Guid? PersonaId = null, [Range(0, 1_000)] int? Greeting = null);

/// <param name="Greeting">Which greeting of its persona it begins with, as long as nobody has answered one.</param>
public sealed record ConversationChange(
    [StringLength(Conversation.TitleLimit, MinimumLength = 1)] string? Title = null, [Range(0, 1_000)] int? Greeting = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Title is null && Greeting is null)
        {
            yield return new("The Title field or the Greeting field is required.", [nameof(Title)]);
        }
    }
}

internal sealed record ConversationView(Guid Id, string Title, string? Preview, Guid? PersonaId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static readonly Expression<Func<Conversation, ConversationView>> From = c => new(
        c.Id, c.Title ?? Conversation.Untitled, c.Preview, c.PersonaId, c.CreatedAt, c.UpdatedAt);
}

internal sealed record ConversationList(IReadOnlyList<ConversationView> Conversations, string? NextCursor);

/// <param name="Content">The text; of a tool, the result.</param>
/// <param name="Parts">The parts of a message that has more than a text, in OpenAI's format. Images that came inside it have links.</param>
/// <param name="ToolCalls">The tools that the model called.</param>
/// <param name="ToolCallId">The call whose result a tool's message is.</param>
internal sealed record MessageView(
    Guid Id,
    string Role,
    string Content,
    JsonElement? Parts,
    IReadOnlyList<CompletionToolCall>? ToolCalls,
    string? ToolCallId,
    string? Model,
    string? Provider,
    int? TokensUsed,
    DateTimeOffset CreatedAt)
{
    public static MessageView From(Message message)
    {
        var json = message.Json is null ? null : MessageJson.Read(message.Json, index => string.Create(
            CultureInfo.InvariantCulture, $"{ConversationEndpoints.Prefix}/{message.ConversationId}/messages/{message.Id}/images/{index}"));
        return new(
            message.Id,
            message.Role,
            message.Content,
            json?.Content is { ValueKind: JsonValueKind.Array } parts ? parts : null,
            json?.ToolCalls,
            json?.ToolCallId,
            message.Model,
            message.Provider,
            message.TokensUsed,
            message.CreatedAt);
    }
}

internal sealed record MessageList(IReadOnlyList<MessageView> Messages, string? NextCursor);
