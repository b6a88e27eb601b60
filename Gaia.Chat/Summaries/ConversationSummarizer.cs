using System.Threading.Channels;
using Gaia.Chat.Conversations;
using Gaia.Chat.Errors;
using Gaia.Chat.Inference;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gaia.Chat.Summaries;

/// <summary>
/// Summarizes the old turns of conversations in the background, before models are no longer told them. What fails is tried again after the next turn, which is due as well.
/// </summary>
internal sealed partial class ConversationSummarizer(
    IServiceScopeFactory scopes, ModelCatalog models, IOptions<SummaryOptions> options, TimeProvider clock, ILogger<ConversationSummarizer> log) : BackgroundService
{
    private const int QueueLimit = 1_000;
    private const int AtOnce = 4;

    // What the instructions take, and the names of who speaks.
    private const int PromptTokens = 250;

    private readonly SummaryOptions settings = options.Value;
    private readonly Channel<SummaryRequest> requests = Channel.CreateBounded<SummaryRequest>(new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Request(SummaryRequest request)
    {
        if (settings.Enabled)
        {
            requests.Writer.TryWrite(request);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        requests.Reader.ReadAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, TrySummarizeAsync);

    private async ValueTask TrySummarizeAsync(SummaryRequest request, CancellationToken ct)
    {
        try
        {
            while (await SummarizeAsync(request, ct))
            {
                // A model with a small window takes several steps.
            }
        }
        catch (Exception e) when (e is ChatException or NpgsqlException or { InnerException: NpgsqlException })
        {
            LogFailed(request.ConversationId, e.Message);
        }
    }

    /// <returns>False when there is nothing more to summarize, or somebody else was faster.</returns>
    private async Task<bool> SummarizeAsync(SummaryRequest request, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        if (FindModel() is not { } model || await db.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == request.ConversationId, ct) is not { } conversation)
        {
            return false;
        }

        var history = await scope.ServiceProvider.GetRequiredService<ConversationHistory>().LoadAsync(conversation.Id, conversation.SummarizedUntil, withImages: false, ct);
        var room = Math.Max(PromptTokens, model.ContextTokens - settings.Tokens - PromptTokens - TokenEstimate.Of(conversation.Summary ?? ""));
        var (turns, until) = Choose(history, request.Kept, room);
        if (turns is [])
        {
            return false;
        }

        if (await WriteAsync(scope.ServiceProvider.GetRequiredService<InferencePipeline>(), request.Source, model, SummaryPrompt.Create(conversation.Summary, turns), ct) is not { } summary)
        {
            LogFailed(conversation.Id, "the model wrote nothing");
            return false;
        }

        // Another node, or the owner who deleted the summary, may have been faster.
        var now = clock.GetUtcNow();
        return await db.Conversations
            .Where(c => c.Id == conversation.Id && c.SummarizedUntil == conversation.SummarizedUntil && c.Summary == conversation.Summary)
            .ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Summary, summary).SetProperty(c => c.SummaryModel, model.Id).SetProperty(c => c.SummarizedAt, now).SetProperty(c => c.SummarizedUntil, until),
                ct) > 0;
    }

    private Model? FindModel() => settings.Model is { Length: > 0 } name ? models.For(name) is [var named, ..] ? named : null : models.Cheapest();

    /// <summary>All turns but the latest, as many of them as fit into the prompt.</summary>
    /// <param name="history">What was said since the last summary.</param>
    /// <param name="kept">How many tokens of turns are left as they are.</param>
    /// <param name="room">How many tokens the prompt has for turns.</param>
    private static (List<string> Turns, long Until) Choose(IReadOnlyList<StoredMessage> history, int kept, int room)
    {
        var left = history.Sum(m => TokenEstimate.Of(m.Message));
        List<string> chosen = [];
        var taken = 0;
        long until = 0;
        foreach (var turn in Turns(history).SkipLast(1))
        {
            if (left <= kept)
            {
                break;
            }

            var text = SummaryPrompt.Write(turn, room);
            taken += TokenEstimate.Of(text);
            if (chosen.Count > 0 && taken > room)
            {
                break;
            }

            chosen.Add(text);
            left -= turn.Sum(m => TokenEstimate.Of(m.Message));
            until = turn[^1].Sequence;
        }

        return (chosen, until);
    }

    private static IEnumerable<List<StoredMessage>> Turns(IReadOnlyList<StoredMessage> history)
    {
        List<StoredMessage> turn = [];
        foreach (var message in history)
        {
            if (message.Message.Role == ChatRole.User && turn.Count > 0)
            {
                yield return turn;
                turn = [];
            }

            turn.Add(message);
        }

        yield return turn;
    }

    /// <returns>Null when the model said nothing.</returns>
    private async Task<string?> WriteAsync(InferencePipeline pipeline, UsageSource source, Model model, IReadOnlyList<ChatMessage> prompt, CancellationToken ct)
    {
        var call = new ChatOptions { MaxOutputTokens = settings.Tokens };
        var inference = await pipeline.ReserveAsync(source with { Route = SummaryEndpoints.Route }, new Responder([model], null), prompt, call, answers: 1, ct);
        var (answering, response) = await pipeline.SettleAsync(inference, () => pipeline.CompleteAsync(inference, ct), ct);
        var usage = new TokenUsage(answering, prompt);
        usage.Add(response);
        pipeline.Record(inference, usage);
        return usage.Text.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } text ? text : null;
    }

    // Nobody waits for it, and the conversation goes on without.
    [LoggerMessage(Level = LogLevel.Information, Message = "Conversation {Conversation} was not summarized: {Reason}")]
    private partial void LogFailed(Guid conversation, string reason);
}
