using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gaia.Testing.Models;

/// <summary>One answer of the fake model, in OpenAI's wire format.</summary>
internal sealed class FakeAnswer(ModelScript? script, JsonElement request)
{
    private readonly string model = request.GetProperty("model").GetString()!;

    // A call that was answered is not wanted again.
    private (string Name, string Arguments)? Wanted =>
        request.GetProperty("messages").EnumerateArray().Last().GetProperty("role").GetString() == "tool" ? null : script?.ToolCall;

    private IReadOnlyList<string> Words => script?.Words ?? [$"You said: {request.GetProperty("messages").EnumerateArray().Last().GetProperty("content")}"];

    public async Task SendAsync(HttpContext context)
    {
        foreach (var _ in Words)
        {
            await (script?.AwaitStepAsync(context.RequestAborted) ?? Task.CompletedTask);
        }

        var message = new JsonObject { ["role"] = "assistant", ["content"] = Wanted is null ? string.Concat(Words) : null };
        if (Wanted is { } call)
        {
            message["tool_calls"] = new JsonArray(Call(call));
        }

        var body = Envelope("chat.completion", new() { ["index"] = 0, ["message"] = message, ["finish_reason"] = Reason });
        body["usage"] = Usage();
        await context.Response.WriteAsJsonAsync(body, context.RequestAborted);
    }

    public async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        if (script?.Chunks is { } chunks)
        {
            foreach (var chunk in chunks)
            {
                await WriteAsync(context, chunk);
            }

            return;
        }

        await WriteAsync(context, Chunk(new() { ["role"] = "assistant", ["content"] = "" }));
        if (Wanted is { } call)
        {
            var delta = Call(call);
            delta["index"] = 0;
            await WriteAsync(context, Chunk(new() { ["tool_calls"] = new JsonArray(delta) }));
        }
        else
        {
            foreach (var (index, word) in Words.Index())
            {
                await (script?.AwaitStepAsync(context.RequestAborted) ?? Task.CompletedTask);
                if (index > 0 && script?.Pause > TimeSpan.Zero)
                {
                    await Task.Delay(script.Pause, context.RequestAborted);
                }

                if (index == script?.CutAfter)
                {
                    context.Abort();
                    return;
                }

                await WriteAsync(context, index == script?.GarbageAfter ? "<html>bad gateway" : Chunk(new() { ["content"] = word }));
            }
        }

        await WriteAsync(context, Chunk([], Reason));
        if (script?.ReportsUsage is not false)
        {
            var usage = Envelope("chat.completion.chunk", null);
            usage["usage"] = Usage();
            await WriteAsync(context, usage.ToJsonString());
        }

        await WriteAsync(context, "[DONE]");
    }

    private string Reason => Wanted is null ? "stop" : "tool_calls";

    private string Chunk(JsonObject delta, string? reason = null) =>
        Envelope("chat.completion.chunk", new() { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = reason }).ToJsonString();

    private JsonObject Envelope(string kind, JsonObject? choice) => new()
    {
        ["id"] = "chatcmpl-fake",
        ["object"] = kind,
        ["created"] = 1_700_000_000,
        ["model"] = model,
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    private static JsonObject Call((string Name, string Arguments) call) => new()
    {
        ["id"] = "call_1",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };

    private JsonObject Usage()
    {
        var usage = new JsonObject { ["prompt_tokens"] = 11, ["completion_tokens"] = Words.Count, ["total_tokens"] = 11 + Words.Count };
        if (script?.UsageDetails is { } details)
        {
            usage["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = details.Cached };
            usage["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = details.Reasoning };
        }

        return usage;
    }

    private static async Task WriteAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
