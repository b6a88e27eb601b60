using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>OpenAI's chat completion and its chunks.</summary>
/// <param name="includeUsage">Whether the last chunk tells the usage.</param>
/// <param name="clock">When the answer began.</param>
internal sealed class ChatCompletionFormat(bool includeUsage, TimeProvider clock) : IAnswerFormat
{
    private CompletionWriter? writer;

    public ValueTask<IResult> WriteWholeAsync(Model model, ChatResponse response, CompletionUsage usage, CancellationToken ct) =>
        new(TypedResults.Json(Writer(model).Completion(response, usage), EventJson.Options));

    public void WriteUpdate(EventStream events, Model model, ChatResponseUpdate update)
    {
        if (Writer(model).Chunk(update) is { Length: > 0 } chunk)
        {
            events.Write(null, chunk.Span);
        }
    }

    public ValueTask WriteEndAsync(EventStream events, Model model, CompletionUsage usage, CancellationToken ct)
    {
        foreach (var chunk in Writer(model).End(usage))
        {
            events.Write(null, chunk.Span);
        }

        events.Write(null, EventStream.Done);
        return default;
    }

    private CompletionWriter Writer(Model model) => writer ??= new(CompletionWriter.NewId(), clock.GetUtcNow(), model) { IncludesUsage = includeUsage };
}
