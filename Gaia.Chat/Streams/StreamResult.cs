using System.Runtime.CompilerServices;

namespace Gaia.Chat.Streams;

/// <summary>Sends a stream's events. The stream goes on when its reader leaves.</summary>
internal sealed class StreamResult(IAsyncEnumerable<StreamPart> parts) : IResult
{
    /// <summary>What is said in place of the rest when the node that wrote the answer is gone.</summary>
    private static ReadOnlySpan<byte> Lost => """{"type":"error","error":{"message":"The answer was lost with the node that wrote it","type":"server_error","param":null,"code":"stream_lost"}}"""u8;

    public static StreamResult Of(LiveStream stream, int after) => new(FollowAsync(stream, after, CancellationToken.None));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var clock = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        var events = new EventStream(httpContext);
        try
        {
            await SendAsync(parts.WithHeartbeatsAsync(Heartbeats.Interval, clock, ct), events, ct);
        }
        catch (TimeoutException)
        {
            events.Write(null, Lost);
            events.Write(null, EventStream.Done);
            await events.FlushAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The reader left, and may come back.
        }
    }

    private static async Task SendAsync(IAsyncEnumerable<StreamPart?> parts, EventStream events, CancellationToken ct)
    {
        await foreach (var part in parts)
        {
            if (part is null)
            {
                events.WriteHeartbeat();
            }
            else
            {
                foreach (var (offset, data) in part.Events.Index())
                {
                    events.Write(new EventId(part.Run, part.First + offset).ToString(), data);
                }
            }

            await events.FlushAsync(ct);
        }
    }

    private static async IAsyncEnumerable<StreamPart> FollowAsync(LiveStream stream, int after, [EnumeratorCancellation] CancellationToken ct)
    {
        StreamPart part;
        do
        {
            part = await stream.ReadAfterAsync(after, ct);
            after += part.Events.Count;
            yield return part;
        }
        while (!part.IsLast);
    }
}
