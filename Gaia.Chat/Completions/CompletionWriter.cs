using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>
/// Writes what a model answered in OpenAI's wire format. What came in that format already is passed on with another id; the rest is put together from what
/// the provider's client made of it.
/// </summary>
/// <param name="id">Of the completion; all chunks of one answer share it.</param>
internal sealed class CompletionWriter(string id, DateTimeOffset time, Model model)
{
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = EventJson.Encoder };

    private readonly long created = time.ToUnixTimeSeconds();
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly ToolCallDeltas toolCalls = new();
    private bool hasRole;
    private ChatFinishReason? reason;
    private JsonElement? last;
    private JsonElement? usage;

    /// <summary>Every chunk but the last one has a usage of null, and the last one holds it.</summary>
    public bool IncludesUsage { get; init; }

    public static string NewId() => $"chatcmpl-{Guid.CreateVersion7():N}";

    /// <summary>The arguments of a call as JSON.</summary>
    public static string Arguments(FunctionCallContent call) =>
        JsonSerializer.Serialize(new Dictionary<string, object?>(call.Arguments ?? new Dictionary<string, object?>()), CompletionJson.Readable.DictionaryStringObject);

    /// <param name="tokens">For a response whose provider did not count.</param>
    public JsonObject Completion(ChatResponse response, CompletionUsage tokens)
    {
        if (response.RawRepresentation is JsonElement raw)
        {
            var completion = JsonObject.Create(raw)!;
            completion["id"] = id;
            completion["object"] ??= "chat.completion";
            completion["usage"] ??= JsonSerializer.SerializeToNode(tokens, CompletionJson.Readable.CompletionUsage);
            return completion;
        }

        var calls = ToolCalls(response.Messages.SelectMany(m => m.Contents));
        var text = response.Text;
        var answer = new CompletionAnswer(calls is not null && text.Length == 0 ? null : text, calls);
        var made = new Completion(id, created, model.Id, [new(0, answer, Reason(response.FinishReason, calls is not null))], tokens);
        return JsonSerializer.SerializeToNode(made, EventJson.Options)!.AsObject();
    }

    /// <summary>The chunk for an update, until the next one is asked for; empty when clients are told nothing at this point.</summary>
    public ReadOnlyMemory<byte> Chunk(ChatResponseUpdate update)
    {
        if (update.RawRepresentation is JsonElement raw)
        {
            last = raw;
            return Forward(raw);
        }

        reason = update.FinishReason ?? reason;
        var calls = toolCalls.Read(update.Contents);
        var text = update.Text;
        if (text.Length == 0 && calls is null)
        {
            return default;
        }

        var delta = new CompletionDelta
        {
            Role = hasRole ? null : "assistant",
            Content = text.Length > 0 || !hasRole && calls is null ? text : null,
            ToolCalls = calls,
        };
        hasRole = true;
        return Write(new(id, created, model.Id, [new(0, delta, null)]));
    }

    /// <summary>What follows the last update: the reason why the model ended, if no chunk told it yet, and the usage, if it is wanted.</summary>
    /// <param name="tokens">For a response whose provider did not count.</param>
    public IEnumerable<ReadOnlyMemory<byte>> End(CompletionUsage tokens)
    {
        if (last is null)
        {
            yield return Write(new(id, created, model.Id, [new(0, new CompletionDelta { Role = hasRole ? null : "assistant" }, Reason(reason, toolCalls.HasCalls))]));
        }

        if (IncludesUsage)
        {
            yield return Usage(tokens);
        }
    }

    private ReadOnlyMemory<byte> Forward(JsonElement chunk)
    {
        if (chunk.TryGetProperty("usage", out var counted) && counted.ValueKind is JsonValueKind.Object)
        {
            usage = counted;
            if (!chunk.TryGetProperty("choices", out var choices) || choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() == 0)
            {
                return default;
            }
        }

        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            foreach (var member in chunk.EnumerateObject().Where(m => m.Name is not ("id" or "usage")))
            {
                member.WriteTo(writer);
            }

            WriteNoUsage(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Write(CompletionChunk chunk)
    {
        var members = JsonSerializer.SerializeToElement(chunk, CompletionJson.Readable.CompletionChunk);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
        {
            writer.WriteStartObject();
            foreach (var member in members.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            WriteNoUsage(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Usage(CompletionUsage tokens)
    {
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
        {
            var before = last ?? JsonSerializer.SerializeToElement(new CompletionChunk(id, created, model.Id, []), CompletionJson.Readable.CompletionChunk);
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            foreach (var member in before.EnumerateObject().Where(m => m.Name is not ("id" or "usage" or "choices")))
            {
                member.WriteTo(writer);
            }

            writer.WriteStartArray("choices"u8);
            writer.WriteEndArray();
            writer.WritePropertyName("usage"u8);
            (usage ?? JsonSerializer.SerializeToElement(tokens, CompletionJson.Readable.CompletionUsage)).WriteTo(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private void WriteNoUsage(Utf8JsonWriter writer)
    {
        if (IncludesUsage)
        {
            writer.WriteNull("usage"u8);
        }
    }

    private static string Reason(ChatFinishReason? reason, bool hasToolCalls) =>
        hasToolCalls && (reason is null || reason == ChatFinishReason.Stop) ? ChatFinishReason.ToolCalls.Value : (reason ?? ChatFinishReason.Stop).Value;

    private static List<CompletionToolCall>? ToolCalls(IEnumerable<AIContent> contents)
    {
        List<CompletionToolCall> calls = [.. contents.OfType<FunctionCallContent>().Select(call => new CompletionToolCall(call.CallId, new(call.Name, Arguments(call))))];
        return calls.Count > 0 ? calls : null;
    }
}
