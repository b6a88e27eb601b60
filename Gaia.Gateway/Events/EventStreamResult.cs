using System.Net.Mime;
using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http.Features;

namespace Gaia.Gateway.Events;

/// <summary>Sends events as they come, and the headers at once: a reader knows that it is connected while nothing happens.</summary>
internal sealed class EventStreamResult(IAsyncEnumerable<SseItem<string>> events) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers.CacheControl = "no-cache, no-store";
        httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        try
        {
            await response.Body.FlushAsync(ct);
            await SseFormatter.WriteAsync(events, response.Body, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The reader left, and may come back.
        }
    }
}
