using Gaia.Chat.Providers;
using Gaia.Chat.Errors;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Replies;

/// <summary>Answers a question of a conversation, at once or as a stream. A caller who leaves changes nothing: the answer is finished and stored.</summary>
internal sealed class ReplyService(
    BeginTurn begin, EndTurn end, ModelCaller models, LiveStreams streams, IHostApplicationLifetime host, TimeProvider clock)
{
    private const string Route = "direct";

    public async Task<Reply> Answer(ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var turn = await begin.Open(request, mustExist, requestId, user, ct);
        var routed = clock.GetTimestamp();

        var (model, response) = await Withdrawing(
            turn, () => models.Complete(turn.Responder.Candidates, turn.Prompt, turn.Options, host.ApplicationStopping));
        var answered = clock.GetTimestamp();

        var usage = new TokenUsage(model, turn.Prompt);
        usage.Add(response);
        await end.Store(turn, usage);

        var metadata = new ReplyMetadata(
            turn.ConversationId,
            requestId,
            Route,
            turn.Responder.Persona?.Id,
            clock.GetElapsedTime(started, routed).TotalMilliseconds,
            clock.GetElapsedTime(routed, answered).TotalMilliseconds,
            clock.GetElapsedTime(started).TotalMilliseconds);
        return new Reply(turn, response, usage, metadata, clock.GetUtcNow());
    }

    public async Task<StreamResult> Stream(
        ReplyRequest request, bool mustExist, ReplyFormat format, string requestId, CurrentUser user, CancellationToken ct)
    {
        var live = streams.Open(new(user.Id!.Value, requestId));
        try
        {
            var turn = await begin.Open(request, mustExist, requestId, user, ct);
            var source = await Withdrawing(turn, () => models.Stream(turn.Responder.Candidates, turn.Prompt, turn.Options, live.Stopped));
            streams.Run(live, () => Write(live, turn, source, format));
            return StreamResult.Of(live, after: 0);
        }
        catch
        {
            streams.Abandon(live);
            throw;
        }
    }

    private async Task<T> Withdrawing<T>(ConversationTurn turn, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ProviderException failure)
        {
            await end.Withdraw(turn, ChatExceptionFilter.RefusalOf(failure));
            throw;
        }
        catch (OperationCanceledException)
        {
            var stopped = new ChatException(StatusCodes.Status409Conflict, "stopped", "The answer was stopped before it began");

            // The prompt was read.
            await end.Withdraw(turn, stopped, new TokenUsage(turn.Responder.Candidates[0], turn.Prompt));
            throw stopped;
        }
    }

    private async Task Write(LiveStream live, ConversationTurn turn, ModelStream source, ReplyFormat format)
    {
        await using var _ = source;
        var usage = new TokenUsage(source.Model, turn.Prompt);
        ChatException? failure = null;
        live.Append(format.Begin(turn, source.Model, clock.GetUtcNow()));
        try
        {
            await foreach (var update in source.Updates())
            {
                usage.Add(update);
                if (format.Update(update) is { } data)
                {
                    live.Append(data);
                }
            }
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            // What has been said by now is the answer.
        }
        catch (ProviderException e)
        {
            failure = ChatExceptionFilter.RefusalOf(e);
            live.Append(format.Error(failure));
        }

        // Before the end is told: whoever reads the conversation then finds the answer in it.
        await end.Store(turn, usage, failure);

        var reason = failure is not null ? "error" : usage.FinishReason?.Value ?? "stopped";
        foreach (var data in format.End(reason))
        {
            live.Append(data);
        }
    }
}
