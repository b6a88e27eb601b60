using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>How a streamed answer is written to its caller.</summary>
internal interface IStreamFormat
{
    /// <summary>What of the answer has just arrived.</summary>
    void WriteUpdate(EventStream events, Model model, ChatResponseUpdate update);

    /// <summary>The length of the audio, where an update tells it.</summary>
    AudioLength? AudioOf(ChatResponseUpdate update) => null;

    /// <summary>What follows the last update.</summary>
    ValueTask WriteEndAsync(EventStream events, Model model, CompletionUsage usage, CancellationToken ct);

    /// <summary>What follows when the answer breaks off.</summary>
    void WriteError(EventStream events, CompletionError error) => events.WriteError(error);
}

/// <summary>How an answer is written, whole or streamed.</summary>
internal interface IAnswerFormat : IStreamFormat
{
    /// <summary>The answer in one piece.</summary>
    ValueTask<IResult> WriteWholeAsync(Model model, ChatResponse response, CompletionUsage usage, CancellationToken ct);
}
