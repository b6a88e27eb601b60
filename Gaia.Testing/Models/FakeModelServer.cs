using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Testing.Models;

/// <summary>A local server that speaks OpenAI's API and answers by script. Without a script it repeats the last message.</summary>
public sealed class FakeModelServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ModelScript> scripts = new();
    private readonly WebApplication app;

    private FakeModelServer(WebApplication app)
    {
        this.app = app;
        app.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = new[] { new { id = "fake", @object = "model" } } }));
        app.MapPost("/v1/chat/completions", AnswerAsync);
        app.MapPost("/v1/{**path}", ForwardedAsync);
    }

    /// <summary>Requests for anything but chat completions, oldest first.</summary>
    public ConcurrentQueue<(string Path, string? Type, string Body)> Others { get; } = new();

    /// <summary>The base address that a provider is configured with.</summary>
    public string Url => $"{app.Urls.First()}/v1";

    /// <param name="port">Any free one unless told.</param>
    /// <param name="address">Loopback unless told.</param>
    public static async Task<FakeModelServer> StartAsync(int port = 0, string address = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://{address}:{port}");
        builder.Logging.ClearProviders();
        var server = new FakeModelServer(builder.Build());
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
        // Answers that wait for a step would hold up the end.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        foreach (var script in scripts.Values)
        {
            script.Dispose();
        }
    }

    /// <summary>As OpenAI answers, as far as what is said shows that it came through.</summary>
    private async Task<IResult> ForwardedAsync(string path, HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body, Encoding.Latin1).ReadToEndAsync(context.RequestAborted);
        Others.Enqueue((path, context.Request.ContentType, body));
        return path switch
        {
            "embeddings" when body.Contains("base64", StringComparison.Ordinal) => Json(
                """{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPgAAgL8="}],"model":"fake-large","usage":{"prompt_tokens":5,"total_tokens":5}}"""),
            "embeddings" => Json("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-1]}],"model":"fake-large","usage":{"prompt_tokens":5,"total_tokens":5}}"""),
            "moderations" => Json("""{"id":"modr-1","model":"fake-large","results":[{"flagged":false}]}"""),
            "completions" when body.Contains("garbled", StringComparison.Ordinal) => Results.Text(
                "data: {\"choices\":[{\"text\":\"Once \",\"index\":0,\"finish_reason\":null}]}\n\ndata: <html>bad gateway\n\n", "text/event-stream"),
            "completions" when body.Contains("\"stream\":true", StringComparison.Ordinal) => Results.Text(
                "data: {\"choices\":[{\"text\":\"Once \",\"index\":0,\"finish_reason\":null}]}\n\n"
                + "data: {\"choices\":[{\"text\":\"more\",\"index\":0,\"finish_reason\":\"stop\"}]}\n\n"
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
                "text/event-stream"),
            "completions" => Json("""{"object":"text_completion","choices":[{"text":"Once more","index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2}}"""),
            "audio/speech" when body.Contains("sse", StringComparison.Ordinal) => Events(
                """{"type":"speech.audio.delta","audio":"//sAAQ=="}""", """{"type":"speech.audio.done","usage":{"input_tokens":2,"output_tokens":9,"total_tokens":11}}"""),
            "audio/speech" => Results.Bytes([0xFF, 0xFB, 0x00, 0x01], "audio/mpeg"),
            "audio/transcriptions" => Transcription(body),
            _ => Results.Json(new { error = new { message = "Not here", type = "invalid_request_error", param = "input", code = "not_here" } }, statusCode: 400),
        };
    }

    /// <summary>In the format that the form asks for.</summary>
    private static IResult Transcription(string form)
    {
        const string Subtitles = "00:00:01{0}000 --> 00:01:03{0}250\nHear, hear\n";
        return form switch
        {
            _ when form.Contains("\r\nverbose_json\r\n", StringComparison.Ordinal) => Json("""{"task":"transcribe","duration":90.5,"text":"Hear, hear"}"""),
            _ when form.Contains("\r\nsrt\r\n", StringComparison.Ordinal) => Results.Text($"1\n{string.Format(CultureInfo.InvariantCulture, Subtitles, ",")}"),
            _ when form.Contains("\r\nvtt\r\n", StringComparison.Ordinal) => Results.Text($"WEBVTT\n\n{string.Format(CultureInfo.InvariantCulture, Subtitles, ".")}"),
            _ when form.Contains("\r\ntext\r\n", StringComparison.Ordinal) => Results.Text("Hear, hear"),
            _ when form.Contains("\r\njson\r\n", StringComparison.Ordinal) => Json("""{"text":"Hear, hear","usage":{"type":"duration","seconds":12}}"""),
            _ when form.Contains("name=stream", StringComparison.Ordinal) => Events(
                """{"type":"transcript.text.delta","delta":"Hear, "}""",
                """{"type":"transcript.text.delta","delta":"hear"}""",
                """{"type":"transcript.text.done","text":"Hear, hear","usage":{"type":"duration","seconds":3}}"""),
            _ => Json("""{"text":"Hear, hear","usage":{"type":"tokens","input_tokens":14,"output_tokens":3}}"""),
        };
    }

    private static IResult Json(string text) => Results.Text(text, "application/json");

    private static IResult Events(params string[] events) => Results.Text($"{string.Concat(events.Select(one => $"data: {one}\n\n"))}data: [DONE]\n\n", "text/event-stream");

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        var said = request.GetProperty("messages").ToString();
        var script = scripts.Values.FirstOrDefault(s => said.Contains(s.Key, StringComparison.Ordinal));
        script?.Requests.Enqueue(request);

        if (script is not null && script.FailsNow())
        {
            context.Response.StatusCode = script.Status;
            context.Response.ContentType = "application/json";
            if (script.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = $"{seconds}";
            }

            await context.Response.WriteAsync(script.Body!);
            return;
        }

        var answer = new FakeAnswer(script, request);
        try
        {
            await (request.TryGetProperty("stream", out var stream) && stream.GetBoolean() ? answer.StreamAsync(context) : answer.SendAsync(context));
        }
        catch (OperationCanceledException)
        {
            script?.Abandon();
        }
    }
}
