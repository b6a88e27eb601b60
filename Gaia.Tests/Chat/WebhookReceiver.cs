using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Chat;

/// <summary>An operator's server that takes webhooks, and checks their signatures as standardwebhooks.com describes it.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly WebApplication app;
    private TaskCompletionSource released = Released();

    private WebhookReceiver(WebApplication app)
    {
        this.app = app;
        app.MapPost("/hook", (Delegate)ReceiveAsync);
        app.MapPost("/elsewhere", () => Results.NoContent());
    }

    public string Url => $"{app.Urls.First()}/hook";

    public string Secret => $"whsec_{Convert.ToBase64String(key)}";

    /// <summary>All that came, oldest first, with the status it was answered by.</summary>
    public ConcurrentQueue<(string Id, string Body, int Status)> Received { get; } = new();

    /// <summary>How the next ones are answered; 204 when there is none.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>What a receiver makes of it, who knows a repetition by its id: a sender that was killed may not have recorded the answer.</summary>
    public IEnumerable<(string Id, string Body)> Accepted =>
        Received.Where(one => one.Status is StatusCodes.Status204NoContent).Select(one => (one.Id, one.Body)).Distinct();

    /// <summary>How many wait for <see cref="Release"/>.</summary>
    public int Held { get; private set; }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build());
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>From now on nobody is answered.</summary>
    public void Hold() => released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task<IResult> ReceiveAsync(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
        var id = context.Request.Headers["webhook-id"].ToString();
        if (!released.Task.IsCompleted)
        {
            Held++;
            await released.Task.WaitAsync(context.RequestAborted);
        }

        var status = !IsSigned(context.Request, id, body) ? StatusCodes.Status401Unauthorized
            : Statuses.TryDequeue(out var wanted) ? wanted
            : StatusCodes.Status204NoContent;
        Received.Enqueue((id, body, status));
        if (status is StatusCodes.Status302Found)
        {
            context.Response.Headers.Location = "/elsewhere";
        }

        return Results.StatusCode(status);
    }

    private bool IsSigned(HttpRequest request, string id, string body)
    {
        var timestamp = request.Headers["webhook-timestamp"].ToString();
        var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";
        return request.Headers["webhook-signature"] == expected
            && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture)) < TimeSpan.FromMinutes(5);
    }

    private static TaskCompletionSource Released()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
