using System.Runtime.CompilerServices;
using Gaia.Chat.Inference;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Sends an answer while the model writes it. It ends with its caller: nothing is stored of it that could be resumed.</summary>
/// <param name="opening">Ends with the first token.</param>
/// <param name="request">What the model was asked.</param>
/// <param name="format">How the answer is written.</param>
/// <param name="pipeline">Is told what the call took.</param>
internal sealed class CompletionStream(Task<ModelStream> opening, InferenceRequest request, IStreamFormat format, InferencePipeline pipeline) : IResult
{
    private TokenUsage? usage;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var events = new EventStream(httpContext);
        try
        {
            await SendAsync(events, httpContext.RequestServices.GetRequiredService<TimeProvider>(), ct);
        }
        catch (ProviderException e)
        {
            var type = e.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error";
            format.WriteError(events, new(e.Message, type, e.Field, e.Code));
            await events.FlushAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller disconnected; the upstream call ends below.
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task SendAsync(EventStream events, TimeProvider clock, CancellationToken ct)
    {
        await foreach (var update in ReadAsync(ct).WithHeartbeatsAsync(Heartbeats.Interval, clock, ct))
        {
            if (update is null)
            {
                events.WriteHeartbeat();
            }
            else
            {
                usage!.Add(update);
                usage.Audio = format.AudioOf(update) ?? usage.Audio;
                format.WriteUpdate(events, usage.Model, update);
            }

            await events.FlushAsync(ct);
        }

        await format.WriteEndAsync(events, usage!.Model, CompletionReader.Usage(usage), ct);
        await events.FlushAsync(ct);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var source = await opening.WaitAsync(ct);
        usage = new(source.Model, request.Prompt) { Audio = request.Audio };
        await foreach (var update in source.ReadUpdatesAsync())
        {
            yield return update;
        }
    }

    private async Task EndAsync()
    {
        try
        {
            await (await opening).DisposeAsync();
            pipeline.Record(request, usage ?? request.PromptUsage);
        }
        catch (ProviderException)
        {
            await pipeline.ReleaseAsync(request);
        }
        catch (OperationCanceledException)
        {
            pipeline.Record(request, request.PromptUsage);
        }
    }
}
