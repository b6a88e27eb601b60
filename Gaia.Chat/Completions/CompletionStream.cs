using System.Text.Json;
using Gaia.Chat.Providers;
using Gaia.Chat.Errors;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Completions;

/// <summary>Sends an answer in OpenAI's format while the model writes it. It ends with its caller: nothing is stored of it that could be come back for.</summary>
internal sealed class CompletionStream(ModelStream source, CompletionWriting writing, TokenUsage usage, bool includeUsage, Action finished) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var clock = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        var events = new EventStream(httpContext);
        try
        {
            await foreach (var update in source.Updates().WithHeartbeats(EventStream.HeartbeatInterval, clock, ct))
            {
                if (update is null)
                {
                    events.WriteHeartbeat();
                }
                else
                {
                    usage.Add(update);
                    if (writing.Chunk(update) is not { } chunk)
                    {
                        continue;
                    }

                    Write(events, chunk);
                }

                await events.Flush(ct);
            }

            if (includeUsage)
            {
                Write(events, writing.Chunk(usage.Tokens));
            }

            events.Write(null, EventStream.Done);
            await events.Flush(ct);
        }
        catch (ProviderException failure)
        {
            var refusal = ChatExceptionFilter.RefusalOf(failure);
            var error = new CompletionErrorEvent(new(refusal.Message, "server_error", null, refusal.Code));
            events.Write(null, JsonSerializer.SerializeToUtf8Bytes(error, CompletionJson.Readable.CompletionErrorEvent));
            await events.Flush(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller left; the upstream call ends below.
        }
        finally
        {
            await source.DisposeAsync();
            finished();
        }
    }

    private static void Write(EventStream events, CompletionChunk chunk) =>
        events.Write(null, JsonSerializer.SerializeToUtf8Bytes(chunk, CompletionJson.Readable.CompletionChunk));
}
