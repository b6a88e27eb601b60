using System.Text;
using Gaia.Chat.Completions;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Usage;

/// <summary>Follows an answer and knows what it took, also when it ended early.</summary>
internal sealed class TokenUsage(Model model, IReadOnlyList<ChatMessage> prompt)
{
    private readonly StringBuilder text = new();
    private readonly UsageDetails counted = new();
    private int toolTokens;
    private bool isOver;

    public Model Model => model;

    public string Text => text.ToString();

    public ChatFinishReason? FinishReason { get; private set; }

    public CompletionUsage Tokens => new(counted.InputTokenCount ?? EstimatedInput, IsCounted ? counted.OutputTokenCount!.Value : EstimatedOutput);

    /// <summary>What providers say of an answer that is not over is not all of it.</summary>
    private bool IsCounted => isOver && counted.OutputTokenCount is not null;

    private int EstimatedInput => prompt.Sum(TokenEstimate.Of);

    private int EstimatedOutput => TokenEstimate.Of(Text) + toolTokens;

    public void Add(ChatResponseUpdate update)
    {
        FinishReason = update.FinishReason ?? FinishReason;
        isOver |= FinishReason is not null;
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextContent piece:
                    text.Append(piece.Text);
                    break;
                case UsageContent usage:
                    counted.Add(usage.Details);
                    break;
                case FunctionCallContent call:
                    toolTokens += TokenEstimate.Of(new ChatMessage(ChatRole.Assistant, [call]));
                    break;
            }
        }
    }

    public void Add(ChatResponse response)
    {
        isOver = true;
        foreach (var update in response.ToChatResponseUpdates())
        {
            Add(update);
        }
    }

    /// <param name="reservation">In whose place the record comes, if anything was held for the call.</param>
    public UsageRecord Record(Guid user, Guid? persona, BudgetReservation? reservation, DateTimeOffset now)
    {
        var tokens = Tokens;
        return new()
        {
            Id = reservation?.Id ?? Guid.CreateVersion7(),
            UserId = user,
            Day = reservation?.Day ?? DateOnly.FromDateTime(now.UtcDateTime),
            Model = model.Id,
            Provider = model.Provider.Name,
            PersonaId = persona,
            PromptTokens = tokens.PromptTokens,
            CompletionTokens = tokens.CompletionTokens,
            IsEstimated = !IsCounted || counted.InputTokenCount is null,
            Cost = model.Price?.Of(tokens.PromptTokens, tokens.CompletionTokens),
        };
    }
}
