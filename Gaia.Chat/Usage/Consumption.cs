using System.Text;
using Gaia.Chat.Completions;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Usage;

/// <summary>Follows an answer and knows what it took, also when it ended early.</summary>
internal sealed class Consumption(Model model, IReadOnlyList<ChatMessage> prompt)
{
    private readonly StringBuilder text = new();
    private UsageDetails? counted;
    private int toolTokens;

    public Model Model => model;

    public string Text => text.ToString();

    public ChatFinishReason? FinishReason { get; private set; }

    public CompletionUsage Tokens => new(
        counted?.InputTokenCount ?? prompt.Sum(TokenEstimate.Of),
        counted?.OutputTokenCount ?? TokenEstimate.Of(Text) + toolTokens);

    public void Add(ChatResponseUpdate update)
    {
        FinishReason = update.FinishReason ?? FinishReason;
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextContent piece:
                    text.Append(piece.Text);
                    break;
                case UsageContent usage:
                    counted = usage.Details;
                    break;
                case FunctionCallContent call:
                    toolTokens += TokenEstimate.Of(new ChatMessage(ChatRole.Assistant, [call]));
                    break;
            }
        }
    }

    public void Add(ChatResponse response)
    {
        foreach (var update in response.ToChatResponseUpdates())
        {
            Add(update);
        }

        counted = response.Usage ?? counted;
    }

    public UsageRecord Record(Guid user, Guid? persona, DateTimeOffset now)
    {
        var tokens = Tokens;
        return new()
        {
            UserId = user,
            Day = DateOnly.FromDateTime(now.UtcDateTime),
            Model = model.Id,
            Provider = model.Provider.Name,
            PersonaId = persona,
            PromptTokens = tokens.PromptTokens,
            CompletionTokens = tokens.CompletionTokens,
            IsEstimated = counted is null,
            Cost = model.Price?.Of(tokens.PromptTokens, tokens.CompletionTokens),
        };
    }
}
