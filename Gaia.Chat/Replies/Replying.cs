using Gaia.Chat.Providers;
using Gaia.Chat.Refusals;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Replies;

/// <summary>Answers a question of a conversation, at once or as a stream. A caller who leaves changes nothing: the answer is finished and stored.</summary>
internal sealed class Replying(
    ExchangeOpening opening, ExchangeClosing closing, ModelCaller models, LiveStreams streams, IHostApplicationLifetime host, TimeProvider clock)
{
    private const string Route = "direct";

    public async Task<Reply> Answer(ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var exchange = await opening.Open(request, mustExist, requestId, user, ct);
        var routed = clock.GetTimestamp();

        var (model, response) = await Withdrawing(
            exchange, () => models.Complete(exchange.Part.Candidates, exchange.Prompt, exchange.Options, host.ApplicationStopping));
        var answered = clock.GetTimestamp();

        var consumption = new Consumption(model, exchange.Prompt);
        consumption.Add(response);
        await closing.Store(exchange, consumption);

        var metadata = new ReplyMetadata(
            exchange.ConversationId,
            requestId,
            Route,
            exchange.Part.Persona?.Id,
            clock.GetElapsedTime(started, routed).TotalMilliseconds,
            clock.GetElapsedTime(routed, answered).TotalMilliseconds,
            clock.GetElapsedTime(started).TotalMilliseconds);
        return new Reply(exchange, response, consumption, metadata, clock.GetUtcNow());
    }

    public async Task<StreamResult> Stream(
        ReplyRequest request, bool mustExist, ReplyFormat format, string requestId, CurrentUser user, CancellationToken ct)
    {
        var live = streams.Open(new(user.Id!.Value, requestId));
        try
        {
            var exchange = await opening.Open(request, mustExist, requestId, user, ct);
            var source = await Withdrawing(exchange, () => models.Stream(exchange.Part.Candidates, exchange.Prompt, exchange.Options, live.Stopped));
            streams.Run(live, () => Write(live, exchange, source, format));
            return StreamResult.Of(live, after: 0);
        }
        catch
        {
            streams.Abandon(live);
            throw;
        }
    }

    private async Task<T> Withdrawing<T>(Exchange exchange, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ProviderFailure failure)
        {
            await closing.Withdraw(exchange, RefusalFilter.RefusalOf(failure));
            throw;
        }
        catch (OperationCanceledException)
        {
            var stopped = new ChatRefusal(StatusCodes.Status409Conflict, "stopped", "The answer was stopped before it began");

            // The prompt was read.
            await closing.Withdraw(exchange, stopped, new Consumption(exchange.Part.Candidates[0], exchange.Prompt));
            throw stopped;
        }
    }

    private async Task Write(LiveStream live, Exchange exchange, ModelStream source, ReplyFormat format)
    {
        await using var _ = source;
        var consumption = new Consumption(source.Model, exchange.Prompt);
        ChatRefusal? failure = null;
        live.Append(format.Begin(exchange, source.Model, clock.GetUtcNow()));
        try
        {
            await foreach (var update in source.Updates())
            {
                consumption.Add(update);
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
        catch (ProviderFailure e)
        {
            failure = RefusalFilter.RefusalOf(e);
            live.Append(format.Error(failure));
        }

        // Before the end is told: whoever reads the conversation then finds the answer in it.
        await closing.Store(exchange, consumption, failure);

        var reason = failure is not null ? "error" : consumption.FinishReason?.Value ?? "stopped";
        foreach (var data in format.End(reason))
        {
            live.Append(data);
        }
    }
}
