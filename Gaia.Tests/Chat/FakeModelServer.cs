using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Chat;

/// <summary>A local server that speaks OpenAI's API and answers by script. Without a script it repeats the last message.</summary>
public sealed class FakeModelServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ModelScript> scripts = new();
    private readonly WebApplication app;

    private FakeModelServer(WebApplication app)
    {
        this.app = app;
        app.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = new[] { new { id = "fake", @object = "model" } } }));
        app.MapPost("/v1/chat/completions", Answer);
    }

    /// <summary>The base address that a provider is configured with.</summary>
    public string Url => $"{app.Urls.First()}/v1";

    /// <param name="port">On loopback; any free one unless told.</param>
    public static async Task<FakeModelServer> Start(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
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

    private async Task Answer(HttpContext context)
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
            await (request.TryGetProperty("stream", out var stream) && stream.GetBoolean() ? answer.Stream(context) : answer.Send(context));
        }
        catch (OperationCanceledException)
        {
            script?.Abandon();
        }
    }
}
