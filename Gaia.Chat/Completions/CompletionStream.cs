using System.Runtime.CompilerServices;
using System.Text.Json;
using Gaia.Chat.Inference;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Sends an answer in OpenAI's format while the model writes it. It ends with its caller: nothing is stored of it that could be resumed.</summary>
/// <param name="opening">Ends with the first token.</param>
/// <param name="record">Is told what the call took.</param>
/// <param name="release">Is called when it took nothing.</param>
internal sealed class CompletionStream(
    Task<ModelStream> opening, InferenceRequest request, bool includeUsage, Action<TokenUsage> record, Func<Task> release) : IResult
{
    private TokenUsage? usage;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var events = new EventStream(httpContext);
        try
        {
            await Send(events, httpContext.RequestServices.GetRequiredService<TimeProvider>(), ct);
        }
        catch (ProviderException e)
        {
            var type = e.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error";
            var error = new CompletionErrorEvent(new(e.Message, type, e.Field, e.Code));
            events.Write(null, JsonSerializer.SerializeToUtf8Bytes(error, CompletionJson.Readable.CompletionErrorEvent));
            await events.Flush(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller disconnected; the upstream call ends below.
        }
        finally
        {
            await End();
        }
    }

    private async Task Send(EventStream events, TimeProvider clock, CancellationToken ct)
    {
        CompletionWriter? writer = null;
        await foreach (var update in Updates(ct).WithHeartbeats(EventStream.HeartbeatInterval, clock, ct))
        {
            if (update is null)
            {
                events.WriteHeartbeat();
            }
            else
            {
                writer ??= new(CompletionWriter.NewId(), clock.GetUtcNow(), usage!.Model) { IncludesUsage = includeUsage };
                usage!.Add(update);
                if (writer.Chunk(update) is not { Length: > 0 } chunk)
                {
                    continue;
                }

                events.Write(null, chunk.Span);
            }

            await events.Flush(ct);
        }

        foreach (var chunk in writer!.End(CompletionReader.Usage(usage!)))
        {
            events.Write(null, chunk.Span);
        }

        events.Write(null, EventStream.Done);
        await events.Flush(ct);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Updates([EnumeratorCancellation] CancellationToken ct)
    {
        var source = await opening.WaitAsync(ct);
        usage = new(source.Model, request.Prompt);
        await foreach (var update in source.Updates())
        {
            yield return update;
        }
    }

    private async Task End()
    {
        try
        {
            await (await opening).DisposeAsync();
            record(usage ?? request.PromptUsage);
        }
        catch (ProviderException)
        {
            await release();
        }
        catch (OperationCanceledException)
        {
            record(request.PromptUsage);
        }
    }
}
