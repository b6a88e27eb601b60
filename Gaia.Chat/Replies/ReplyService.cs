using Gaia.Chat.Errors;
using Gaia.Chat.Inference;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;

namespace Gaia.Chat.Replies;

/// <summary>Answers a message of a conversation, whole or as a stream. A caller who disconnects changes nothing: the answer is completed and stored.</summary>
internal sealed class ReplyService(
    BeginTurn begin, EndTurn end, InferencePipeline pipeline, LiveStreams streams, IHostApplicationLifetime host, TimeProvider clock)
{
    private const string Route = "direct";

    /// <param name="record">Records the response of an idempotency key in the transaction that stores the answer.</param>
    public async Task<Reply> CompleteAsync(
        ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct, Func<ChatDb, Reply, Task>? record = null)
    {
        var started = clock.GetTimestamp();
        var turn = await begin.HandleAsync(request, mustExist, requestId, user, ct);
        var routed = clock.GetTimestamp();

        var (model, response) = await AbortOnErrorAsync(turn, () => pipeline.CompleteAsync(turn.Inference, host.ApplicationStopping));
        var answered = clock.GetTimestamp();

        var answer = new Answer(new(model, turn.Inference.Prompt));
        answer.Add(response);
        var metadata = new ReplyMetadata(
            turn.ConversationId,
            requestId,
            Route,
            turn.PersonaId,
            clock.GetElapsedTime(started, routed).TotalMilliseconds,
            clock.GetElapsedTime(routed, answered).TotalMilliseconds,
            clock.GetElapsedTime(started).TotalMilliseconds);
        var reply = new Reply(turn, response, answer.Usage, metadata, clock.GetUtcNow());
        try
        {
            await end.CompleteAsync(turn, answer, record: record is null ? null : db => record(db, reply));
            return reply;
        }
        catch (IdempotencyLeaseLostException)
        {
            await end.DiscardAsync(turn, answer.Usage);
            throw;
        }
    }

    public async Task<StreamResult> StreamAsync(
        ReplyRequest request, bool mustExist, ReplyFormat format, string requestId, CurrentUser user, CancellationToken ct)
    {
        var live = streams.Open(new(user.Id!.Value, requestId));
        try
        {
            var turn = await begin.HandleAsync(request, mustExist, requestId, user, ct);
            var opening = await AbortOnErrorAsync(turn, () => pipeline.BeginStreamAsync(turn.Inference, live.Stopped));
            streams.Run(live, () => WriteAsync(live, turn, opening, format));
            return StreamResult.Of(live, after: 0);
        }
        catch
        {
            streams.Abandon(live);
            throw;
        }
    }

    private async Task<T> AbortOnErrorAsync<T>(ConversationTurn turn, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ProviderException e)
        {
            await end.AbortAsync(turn, e);
            throw;
        }
        catch (OperationCanceledException)
        {
            // The user's message stays, and the prompt was read.
            var stopped = new ChatException(StatusCodes.Status409Conflict, "stopped", "The answer was stopped before it began");
            await end.CompleteAsync(turn, new(turn.Inference.PromptUsage), stopped);
            throw stopped;
        }
    }

    private async Task WriteAsync(LiveStream live, ConversationTurn turn, Task<ModelStream> opening, ReplyFormat format)
    {
        string reason;
        try
        {
            await using var source = await AbortOnErrorAsync(turn, () => opening);
            reason = await WriteAsync(live, turn, source, format);
        }
        catch (ChatException e)
        {
            live.Append(format.Error(e));
            reason = e.Code is "stopped" ? e.Code : "error";
        }

        foreach (var data in format.End(reason))
        {
            live.Append(data);
        }
    }

    /// <returns>Why the answer ended.</returns>
    private async Task<string> WriteAsync(LiveStream live, ConversationTurn turn, ModelStream source, ReplyFormat format)
    {
        var answer = new Answer(new(source.Model, turn.Inference.Prompt));
        ChatException? error = null;
        live.Append(format.Begin(turn, source.Model, clock.GetUtcNow()));
        try
        {
            await foreach (var update in source.ReadUpdatesAsync())
            {
                answer.Add(update);
                if (format.Update(update) is { } data)
                {
                    live.Append(data);
                }
            }

            foreach (var data in format.Complete(answer.Usage))
            {
                live.Append(data);
            }
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            // The answer is what came until now.
        }
        catch (ProviderException e)
        {
            error = e;
            live.Append(format.Error(e));
        }

        // Before the end is sent: whoever reads the conversation then finds the answer in it.
        await end.CompleteAsync(turn, answer, error);
        return error is not null ? "error" : answer.Usage.FinishReason?.Value ?? "stopped";
    }
}
