using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Chat;

/// <summary>
/// A local server that speaks as Ollama does and answers by script. Source: Ollama documentation, "OpenAI compatibility" and "API": a stream without a first
/// empty chunk, the role in every chunk, usage only when asked for, errors without a code.
/// </summary>
public sealed class FakeOllamaServer : IAsyncDisposable
{
    public const string Model = "llama3.2:1b";

    private readonly ConcurrentDictionary<string, ModelScript> scripts = new();
    private readonly WebApplication app;

    private FakeOllamaServer(WebApplication app)
    {
        this.app = app;
        app.MapGet("/", () => "Ollama is running");
        app.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = new[] { new { id = Model, @object = "model", created = 1_730_000_000, owned_by = "library" } } }));
        app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    /// <summary>What <c>OLLAMA_URL</c> names: the server, without a path.</summary>
    public string Url => app.Urls.First();

    public static async Task<FakeOllamaServer> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var server = new FakeOllamaServer(builder.Build());
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
        if (script.FailsNow())
        {
            context.Response.StatusCode = script.Status;
            await context.Response.WriteAsJsonAsync(new { error = new { message = script.Body, type = "api_error", param = (string?)null, code = (string?)null } });
            return;
        }

        try
        {
            await (request.TryGetProperty("stream", out var stream) && stream.GetBoolean() ? StreamAsync(context, script, request) : SendAsync(context, script));
        }
        catch (OperationCanceledException)
        {
            script.Abandon();
        }
    }

    private static Task SendAsync(HttpContext context, ModelScript script)
    {
        var body = Envelope("chat.completion", new() { ["index"] = 0, ["message"] = Said(script, string.Concat(script.Words)), ["finish_reason"] = Reason(script) });
        body["usage"] = Usage(script);
        return context.Response.WriteAsJsonAsync(body, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, ModelScript script, JsonElement request)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var word in script.ToolCall is null ? script.Words : [""])
        {
            await script.AwaitStepAsync(context.RequestAborted);
            await WriteAsync(context, Chunk(Said(script, word), null));
        }

        await WriteAsync(context, Chunk(new() { ["role"] = "assistant", ["content"] = "" }, Reason(script)));
        if (request.TryGetProperty("stream_options", out var options) && options.GetProperty("include_usage").GetBoolean())
        {
            var usage = Envelope("chat.completion.chunk", null);
            usage["usage"] = Usage(script);
            await WriteAsync(context, usage.ToJsonString());
        }

        await WriteAsync(context, "[DONE]");
    }

    private static string Reason(ModelScript script) => script.ToolCall is null ? "stop" : "tool_calls";

    private static JsonObject Said(ModelScript script, string text)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = script.ToolCall is null ? text : "" };
        if (script.ToolCall is { } call)
        {
            message["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = "call_f2k1",
                ["index"] = 0,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
            });
        }

        return message;
    }

    private static string Chunk(JsonObject delta, string? reason) =>
        Envelope("chat.completion.chunk", new() { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = reason }).ToJsonString();

    private static JsonObject Envelope(string kind, JsonObject? choice) => new()
    {
        ["id"] = "chatcmpl-42",
        ["object"] = kind,
        ["created"] = 1_730_000_000,
        ["model"] = Model,
        ["system_fingerprint"] = "fp_ollama",
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    private static JsonObject Usage(ModelScript script) => new() { ["prompt_tokens"] = 26, ["completion_tokens"] = script.Words.Count, ["total_tokens"] = 26 + script.Words.Count };

    private static async Task WriteAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
