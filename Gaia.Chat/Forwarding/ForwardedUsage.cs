using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Reads what a forwarded answer took.</summary>
internal static partial class ForwardedUsage
{
    /// <summary>Of speech (OpenAI, pricing of gpt-4o-mini-tts, 2025).</summary>
    public const int LettersPerMinute = 900;

    /// <summary>The usage that an answer names, or else as much of it as its tokens are estimated by.</summary>
    public static ChatResponse Read(byte[] body, ForwardedCall call)
    {
        var json = Parse(body);
        var usage = json is { } answer ? ProviderResponse.Usage(answer) : null;
        long? output = usage is null ? call.EstimatedOutputTokens : usage.OutputTokenCount ?? 0;
        return new(new ChatMessage(ChatRole.Assistant, json is { } said ? Text(said) : ""))
        {
            FinishReason = ChatFinishReason.Stop,
            Usage = output is null ? null : new()
            {
                InputTokenCount = usage?.InputTokenCount,
                OutputTokenCount = output,
                CachedInputTokenCount = usage?.CachedInputTokenCount,
                ReasoningTokenCount = usage?.ReasoningTokenCount,
            },
        };
    }

    /// <summary>How long the audio of a call was: as the answer tells it, or else estimated by what was written down of it. Null for a call without audio.</summary>
    public static AudioLength? Audio(byte[] body, ForwardedCall call) => call.Audio is { Seconds: { } longest }
        ? new((Parse(body) is { } answer ? Seconds(answer) : LastTime(body)) ?? Math.Min(longest, Encoding.UTF8.GetCharCount(body) * 60m / LettersPerMinute))
        : call.Audio;

    /// <summary>Completes what is read of an event of speech or of a transcription. Source: OpenAI API reference, "Streaming events" of both.</summary>
    public static ChatResponseUpdate ReadEvent(ChatResponseUpdate update, JsonElement json)
    {
        if (json.Text("type") is { } type)
        {
            update.FinishReason ??= type is "transcript.text.done" or "speech.audio.done" ? ChatFinishReason.Stop : null;
            update.Contents.Add(json.Text("delta") is { } text ? new TextContent(text) : new AIContent());
        }

        return update;
    }

    /// <summary>The length of a recording as an answer or an event tells it.</summary>
    public static decimal? Seconds(JsonElement answer) =>
        (answer.Member("usage", JsonValueKind.Object)?.Member("seconds") ?? answer.Member("duration")) switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var seconds) && seconds >= 0 => seconds,
            { ValueKind: JsonValueKind.String } text when decimal.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 => seconds,
            _ => null,
        };

    /// <summary>When the last subtitle ends.</summary>
    private static decimal? LastTime(byte[] body) => SubtitleEnd().Matches(Encoding.UTF8.GetString(body)).LastOrDefault() is { } last
        ? (decimal)TimeSpan.Parse(last.Groups[1].Value.Replace(',', '.'), CultureInfo.InvariantCulture).TotalSeconds
        : null;

    [GeneratedRegex(@"--> (\d\d:[0-5]\d:[0-5]\d[.,]\d{3})")]
    private static partial Regex SubtitleEnd();

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            // A recording, or text without a format.
            return null;
        }
    }

    private static string Text(JsonElement answer) => answer.Text("text") ?? string.Concat(answer.Elements("choices").Select(choice => choice.Text("text")));
}
