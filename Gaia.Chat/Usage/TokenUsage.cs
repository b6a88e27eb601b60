using System.Text;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Usage;

/// <summary>Collects the text and the tokens of an answer, also of one that ended early.</summary>
internal sealed class TokenUsage(Model model, IReadOnlyList<ChatMessage> prompt)
{
    private readonly StringBuilder text = new();

    // Reasoning and tool calls are paid for like the text.
    private readonly StringBuilder otherOutput = new();
    private UsageDetails? counted;
    private bool isComplete;
    private bool hasCallParts;

    public Model Model => model;

    public string Text => text.ToString();

    public ChatFinishReason? FinishReason { get; private set; }

    /// <summary>Of a call that hears or speaks.</summary>
    public AudioLength? Audio { get; set; }

    public TokenCounts Tokens => Counts(counted?.InputTokenCount ?? EstimatedInput, IsCounted ? counted!.OutputTokenCount!.Value : EstimatedOutput);

    /// <summary>The count that a provider gives of an incomplete answer does not cover all of it.</summary>
    private bool IsCounted => isComplete && counted?.OutputTokenCount is not null;

    private int EstimatedInput => prompt.Sum(TokenEstimate.Of);

    private int EstimatedOutput => TokenEstimate.Of(Text) + TokenEstimate.Of(otherOutput.ToString());

    public void Add(ChatResponseUpdate update)
    {
        FinishReason = update.FinishReason ?? FinishReason;
        isComplete |= FinishReason is not null;
        foreach (var content in update.Contents)
        {
            Add(content, update.RawRepresentation);
        }
    }

    public void Add(ChatResponse response)
    {
        foreach (var update in response.ToChatResponseUpdates())
        {
            Add(update);
        }

        FinishReason ??= response.FinishReason;
        isComplete = true;
    }

    /// <param name="source">Who called the model.</param>
    /// <param name="persona">The persona that it answered as.</param>
    /// <param name="reservation">The reservation that the record replaces; null when there is none.</param>
    /// <param name="now">When the call was over.</param>
    public UsageRecord Record(UsageSource source, Guid? persona, BudgetReservation? reservation, DateTimeOffset now)
    {
        var tokens = Tokens;
        return new()
        {
            Id = reservation?.Id ?? Guid.CreateVersion7(),
            UserId = source.UserId,
            ApiKeyId = source.ApiKeyId,
            Route = source.Route,
            Day = reservation?.Day ?? DateOnly.FromDateTime(now.UtcDateTime),
            Model = model.Id,
            Provider = model.Provider.Name,
            PersonaId = persona,
            PromptTokens = tokens.PromptTokens,
            CompletionTokens = tokens.CompletionTokens,
            CachedTokens = tokens.CachedTokens,
            ReasoningTokens = tokens.ReasoningTokens,
            IsEstimated = !IsCounted || counted?.InputTokenCount is null,
            Cost = model.Price?.Of(tokens.PromptTokens, tokens.CompletionTokens, tokens.CachedTokens, Audio),
        };
    }

    /// <summary>Cached and reasoning tokens are parts of the others, whatever a provider says.</summary>
    private TokenCounts Counts(long prompt, long completion) => new(
        prompt, completion, Math.Clamp(counted?.CachedInputTokenCount ?? 0, 0, prompt), Math.Clamp(counted?.ReasoningTokenCount ?? 0, 0, completion));

    private void Add(AIContent content, object? source)
    {
        switch (content)
        {
            case TextContent said:
                text.Append(said.Text);
                break;
            case TextReasoningContent reasoning:
                otherOutput.Append(reasoning.Text);
                break;
            case ToolCallUpdate part:
                hasCallParts = true;
                otherOutput.Append(part.Name).Append(part.Arguments);
                break;
            case FunctionCallContent call when !hasCallParts:
                otherOutput.Append(call.Name).AppendJoin(' ', call.Arguments?.Select(a => $"{a.Key}{a.Value}") ?? []);
                break;

            // OpenAI-compatible servers that count in several chunks count from the beginning in each; Anthropic's client splits one count.
            case UsageContent usage when counted is null || source is System.Text.Json.JsonElement:
                counted = new()
                {
                    InputTokenCount = usage.Details.InputTokenCount,
                    OutputTokenCount = usage.Details.OutputTokenCount,
                    CachedInputTokenCount = usage.Details.CachedInputTokenCount,
                    ReasoningTokenCount = usage.Details.ReasoningTokenCount,
                };
                break;
            case UsageContent usage:
                counted.Add(usage.Details);
                break;
        }
    }
}

/// <summary>How many tokens a call used.</summary>
/// <param name="CachedTokens">Of the prompt's, those that the provider had in its cache.</param>
/// <param name="ReasoningTokens">Of the answer's, those of its reasoning.</param>
internal sealed record TokenCounts(long PromptTokens, long CompletionTokens, long CachedTokens, long ReasoningTokens)
{
    public long TotalTokens => PromptTokens + CompletionTokens;
}
