using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;

namespace Gaia.Tests.Chat;

/// <summary>What tests of streams do.</summary>
internal static class StreamSteps
{
    public static JsonObject Ask(ModelScript script) => new() { ["message"] = script.Key, ["stream"] = true };

    public static string RequestIdOf(Sse stream) => Assert.Single(stream.Response.Headers.GetValues("X-Request-Id"));

    public static Task<Sse> ResumeAsync(ChatUser user, string requestId, string? lastEventId, GaiaService node)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/chat/streams/{requestId}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return Sse.OpenAsync(user.At(node), request);
    }

    public static string TextOf(IEnumerable<SseEvent> events) => string.Concat(events.Where(e => e.Data != "[DONE]").Select(e => Sse.ContentOf(e.Json)));

    /// <summary>What the conversation of a stream says that was answered.</summary>
    public static async Task<string?> AnswerAsync(ChatUser user, SseEvent metadata)
    {
        var conversation = metadata.Json.GetProperty("conversation_id").GetString();
        var messages = (await user.GetAsync($"/api/v1/conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray().ToList();
        return messages.LastOrDefault(m => m.GetProperty("role").GetString() == "assistant") is { ValueKind: JsonValueKind.Object } answer
            ? answer.GetProperty("content").GetString()
            : null;
    }
}
