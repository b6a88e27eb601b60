using System.Net.Mime;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;

namespace Gaia.Gateway.Events;

/// <summary>Sends events as they come, the headers at once, and a comment whenever nothing happened for a while.</summary>
internal sealed class EventStreamResult(IAsyncEnumerable<FeedEvent> events, TimeProvider clock) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        try
        {
            await response.Body.FlushAsync(ct);
            await SseFormatter.WriteAsync(ItemsAsync(response.Body, ct), response.Body, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The reader left, and may come back.
        }
    }

    /// <summary>Comments are none of the formatter's items: they are written in its stead, while it waits for the next one.</summary>
    private async IAsyncEnumerable<SseItem<string>> ItemsAsync(Stream body, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var @event in events.WithHeartbeatsAsync(Heartbeats.Interval, clock, ct))
        {
            if (@event is not null)
            {
                yield return new(@event.Json, @event.Type) { EventId = @event.Id };
                continue;
            }

            await body.WriteAsync(Heartbeats.Comment.ToArray(), ct);
            await body.FlushAsync(ct);
        }
    }
}

/// <summary>An event of the feed.</summary>
/// <param name="Id">How far all journals have been read with it.</param>
internal sealed record FeedEvent(string Id, string Type, string Json);
