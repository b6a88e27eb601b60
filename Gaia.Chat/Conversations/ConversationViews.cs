using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;

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

internal sealed record MessageView(
    Guid Id, string Role, string Content, string? Model, string? Provider, int? TokensUsed, DateTimeOffset CreatedAt)
{
    public static readonly Expression<Func<Message, MessageView>> From = m => new(m.Id, m.Role, m.Content, m.Model, m.Provider, m.TokensUsed, m.CreatedAt);
}

internal sealed record MessageList(IReadOnlyList<MessageView> Messages, string? NextCursor);
