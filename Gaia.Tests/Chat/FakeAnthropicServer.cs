using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Chat;

/// <summary>A local server that speaks Anthropic's API and answers by script. Source: Anthropic API reference, "Messages" and "Streaming messages".</summary>
public sealed class FakeAnthropicServer : IAsyncDisposable
{
    public const string Key = "sk-ant-of-the-tests";

    private readonly ConcurrentDictionary<string, ModelScript> scripts = new();
    private readonly WebApplication app;

    private FakeAnthropicServer(WebApplication app)
    {
        this.app = app;
        app.MapPost("/v1/messages", AnswerAsync);
    }

    public string Url => app.Urls.First();

    public static async Task<FakeAnthropicServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new FakeAnthropicServer(builder.Build());
        await server.app.StartAsync();
        return server;
    }

    public ModelScript Play(ModelScript script)
    {
        scripts[script.Key] = script;
        return script;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        foreach (var script in scripts.Values)
        {
            script.Dispose();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        var said = request.GetProperty("messages").ToString();
        var script = scripts.Values.First(s => said.Contains(s.Key, StringComparison.Ordinal));
        script.Requests.Enqueue(request);

        if (context.Request.Headers.Authorization != $"Bearer {Key}" || !context.Request.Headers.ContainsKey("anthropic-version") || !request.TryGetProperty("max_tokens", out _))
        {
            await FailAsync(context, 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid api key"}}""");
        }
        else if (script.FailsNow())
        {
            await FailAsync(context, script.Status, script.Body!);
        }
        else if (request.TryGetProperty("stream", out var stream) && stream.GetBoolean())
        {
            await StreamAsync(context, script);
        }
        else
        {
            var message = Message(script, script.ToolCall is null ? [Text(string.Concat(script.Words))] : [Call(script)]);
            message["stop_reason"] = Reason(script);
            await context.Response.WriteAsJsonAsync(message, context.RequestAborted);
        }
    }

    private static async Task StreamAsync(HttpContext context, ModelScript script)
    {
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(context, new() { ["type"] = "message_start", ["message"] = Message(script, []) });
        if (script.ToolCall is { } call)
        {
            var block = Call(script);
            block["input"] = new JsonObject();
            await WriteAsync(context, new() { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = block });
            foreach (var part in call.Arguments is "" ? [""] : (string[])[call.Arguments[..4], call.Arguments[4..]])
            {
                await DeltaAsync(context, new() { ["type"] = "input_json_delta", ["partial_json"] = part });
            }
        }
        else
        {
            await WriteAsync(context, new() { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = Text("") });
            await WriteAsync(context, new() { ["type"] = "ping" });
            foreach (var (index, word) in script.Words.Index())
            {
                await script.AwaitStepAsync(context.RequestAborted);
                if (index == script.CutAfter)
                {
                    context.Abort();
                    return;
                }

                if (index == script.GarbageAfter)
                {
                    await WriteAsync(context, new() { ["type"] = "error", ["error"] = new JsonObject { ["type"] = "overloaded_error", ["message"] = "Overloaded" } });
                    return;
                }

                await DeltaAsync(context, new() { ["type"] = "text_delta", ["text"] = word });
            }
        }

        await WriteAsync(context, new() { ["type"] = "content_block_stop", ["index"] = 0 });
        await WriteAsync(context, new()
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = Reason(script), ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = script.Words.Count },
        });
        await WriteAsync(context, new() { ["type"] = "message_stop" });
    }

    private static JsonObject Message(ModelScript script, JsonArray content) => new()
    {
        ["id"] = "msg_fake",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = "claude-fake",
        ["content"] = content,
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 11, ["output_tokens"] = content.Count == 0 ? 1 : script.Words.Count },
    };

    private static string Reason(ModelScript script) => script.ToolCall is null ? "end_turn" : "tool_use";

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Call(ModelScript script) => new()
    {
        ["type"] = "tool_use",
        ["id"] = "toolu_1",
        ["name"] = script.ToolCall!.Value.Name,
        ["input"] = script.ToolCall.Value.Arguments is { Length: > 0 } arguments ? JsonNode.Parse(arguments) : new JsonObject(),
    };

    private static Task DeltaAsync(HttpContext context, JsonObject delta) => WriteAsync(context, new() { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = delta });

    private static async Task WriteAsync(HttpContext context, JsonObject data)
    {
        await context.Response.WriteAsync($"event: {data["type"]}\ndata: {data.ToJsonString()}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task FailAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }
}
