using System.ComponentModel.DataAnnotations;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Replies;

/// <summary>A message of a conversation. How it is answered can be told as in chat completions.</summary>
/// <param name="Message">What the user says.</param>
/// <param name="Messages">
/// Instead of it, in OpenAI's format: the whole conversation as the caller knows it, one message, or the results of the tools that the last answer called.
/// </param>
/// <param name="ConversationId">One of the caller's conversations; anything else starts a new one.</param>
/// <param name="PersonaId">Who answers; without it the conversation's persona, then the caller's.</param>
public sealed record ReplyRequest(
    string? Message = null,
    [EachPresent] IReadOnlyList<CompletionMessage>? Messages = null,
    string? ConversationId = null,
    Guid? PersonaId = null,
    [StringLength(200)] string? Model = null) : CompletionParameters, IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Message) && Messages is null or [])
        {
            yield return new("The Message field or the Messages field is required.", [nameof(Message)]);
        }

        foreach (var (index, _) in (Messages ?? []).Index().Where(one => one.Item is { Role: "function" }))
        {
            yield return new("A conversation keeps calls of tools, and none of the older functions.", [$"{nameof(Messages)}[{index}].{nameof(CompletionMessage.Role)}"]);
        }

        if (N > 1)
        {
            yield return new("A conversation goes on from one answer: the field N must be 1.", [nameof(N)]);
        }
    }
}

/// <summary>The request of API version 0.3.</summary>
public sealed record LegacyReplyRequest(string? Message = null, string? ConversationId = null, bool? Stream = null);
