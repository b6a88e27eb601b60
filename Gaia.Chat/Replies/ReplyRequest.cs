using System.ComponentModel.DataAnnotations;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Replies;

/// <param name="Message">What the user says.</param>
/// <param name="Messages">Instead of it: the whole conversation as the caller knows it, in OpenAI's format.</param>
/// <param name="ConversationId">One of the caller's conversations; anything else starts a new one.</param>
/// <param name="PersonaId">Who answers; without it the conversation's persona, then the caller's.</param>
public sealed record ReplyRequest(
    string? Message = null,
    [EachPresent] IReadOnlyList<CompletionMessage>? Messages = null,
    string? ConversationId = null,
    Guid? PersonaId = null,
    [StringLength(200)] string? Model = null,
    bool? Stream = null,
    [Range(0, 2)] float? Temperature = null,
    [Range(1, int.MaxValue)] int? MaxTokens = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Message) && Messages is null or [])
        {
            yield return new("The Message field or the Messages field is required.", [nameof(Message)]);
        }
    }
}

/// <summary>The request of API version 0.3.</summary>
public sealed record LegacyReplyRequest(string? Message = null, string? ConversationId = null, bool? Stream = null);
