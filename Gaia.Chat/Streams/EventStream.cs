using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.AspNetCore.Http.Features;

namespace Gaia.Chat.Streams;

/// <summary>Writes server-sent events. Source: HTML standard, "Server-sent events".</summary>
internal sealed class EventStream
{
    private readonly PipeWriter body;

    public EventStream(HttpContext context)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        body = context.Response.BodyWriter;
    }

    public static ReadOnlySpan<byte> Done => "[DONE]"u8;

    /// <param name="id">What a client that comes back shows as Last-Event-ID.</param>
    /// <param name="data">One line.</param>
    /// <param name="type">What clients listen to by name; those without one are messages.</param>
    public void Write(string? id, ReadOnlySpan<byte> data, string? type = null)
    {
        if (type is not null)
        {
            body.Write("event: "u8);
            Encoding.UTF8.GetBytes(type, body);
            body.Write("\n"u8);
        }

        if (id is not null)
        {
            body.Write("id: "u8);
            Encoding.UTF8.GetBytes(id, body);
            body.Write("\n"u8);
        }

        body.Write("data: "u8);
        body.Write(data);
        body.Write("\n\n"u8);
    }

    /// <summary>An error after the stream has begun, as OpenAI's clients expect it.</summary>
    public void WriteError(CompletionError error) =>
        Write(null, JsonSerializer.SerializeToUtf8Bytes(new CompletionErrorEvent(error), CompletionJson.Readable.CompletionErrorEvent));

    /// <summary>A comment, which every client skips.</summary>
    public void WriteHeartbeat() => body.Write(Heartbeats.Comment);

    public ValueTask<FlushResult> FlushAsync(CancellationToken ct) => body.FlushAsync(ct);
}
