using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Assets;

/// <summary>An OpenAI-compatible images endpoint that answers as the test says.</summary>
internal sealed class ImageModel : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Func<Task<IResult>>> script = new();

    private ImageModel(WebApplication app) => this.app = app;

    public Uri Url { get; private init; } = null!;

    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    public static async Task<ImageModel> StartAsync()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(url);
        var model = new ImageModel(app) { Url = new($"{url}/v1") };
        app.MapPost("/v1/images/generations", model.AnswerAsync);
        await app.StartAsync();
        return model;
    }

    /// <summary>What the next request is answered by; when nothing is left to say, by a picture.</summary>
    public void Next(Func<Task<IResult>> answer) => script.Enqueue(answer);

    public void Next(int status) => Next(() => Task.FromResult(Results.StatusCode(status)));

    public static IResult Picture() => Results.Json(new { data = new[] { new { b64_json = Convert.ToBase64String(Png.Noise(64, 64)) } } });

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task<IResult> AnswerAsync(JsonElement request)
    {
        Requests.Enqueue(request);
        return script.TryDequeue(out var answer) ? await answer() : Picture();
    }
}
