using System.Collections.Concurrent;
using Gaia.Caching.Advice;
using Gaia.Messaging.Streams;
using NATS.Client.Core;

namespace Gaia.Caching.Administration;

/// <summary>
/// Asks every node of the environment over NATS and gathers what they answer. A node that is silent is named, not waited for beyond a second, and while NATS is
/// unavailable this node answers alone. No question costs a Redis command, except for <see cref="WarmAsync"/>.
/// </summary>
public sealed class CacheCluster
{
    /// <summary>How long a node may take to answer, or to say that it is at work.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>How long to listen for nodes of which nothing is known yet, once all others have answered.</summary>
    private static readonly TimeSpan DiscoveryTime = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan WorkDeadline = TimeSpan.FromSeconds(30);

    /// <summary>A node that has been silent for longer is taken for one that has been stopped.</summary>
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(2);

    private readonly INatsConnection nats;
    private readonly NodeQuestions own;
    private readonly CachingOptions options;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, KnownNode> known = new();
    private bool hasListened;

    internal CacheCluster(INatsConnection nats, NodeQuestions own, CachingOptions options, TimeProvider time) =>
        (this.nats, this.own, this.options, this.time) = (nats, own, options, time);

    /// <summary>What the cache of each node did in the last minutes, at most of the last day.</summary>
    public Task<ClusterAnswers<CacheStats>> StatsAsync(int minutes, CancellationToken ct = default) =>
        AskAsync(new() { Kind = QuestionKind.Stats, Amount = minutes }, reply => reply.Stats, ct);

    /// <summary>The keys that the memory of each node answers most.</summary>
    public Task<ClusterAnswers<IReadOnlyList<HotKey>>> HotAsync(int limit, CancellationToken ct = default) =>
        AskAsync(new() { Kind = QuestionKind.Hot, Amount = limit }, reply => reply.Hot, ct);

    /// <summary>What each node has counted since it started: cheap enough to be asked for every second.</summary>
    public Task<ClusterAnswers<CacheCounters>> CountersAsync(CancellationToken ct = default) =>
        AskAsync(new() { Kind = QuestionKind.Counters }, reply => reply.Counters, ct);

    /// <summary>Has each node read what its regions say is worth reading ahead, within half a minute.</summary>
    /// <returns>How many values are in the memory of each.</returns>
    public Task<ClusterAnswers<CacheWarmth>> WarmAsync(CancellationToken ct = default) =>
        AskAsync(new() { Kind = QuestionKind.Warm }, reply => reply.Warmth, ct);

    /// <summary>What the audits of all nodes have found.</summary>
    public Task<ClusterAnswers<ConsistencyReport>> ConsistencyAsync(CancellationToken ct = default) =>
        AskAsync(new() { Kind = QuestionKind.Consistency }, reply => reply.Consistency, ct);

    /// <summary>The services of which other nodes answer, each once.</summary>
    public async Task<IReadOnlyList<string>> FindServicesAsync(CancellationToken ct = default)
    {
        var answers = await CountersAsync(ct);
        return [.. answers.Nodes.Where(node => node.Instance != own.Instance).Select(node => node.Service).Distinct()];
    }

    internal Task<ClusterAnswers<NodeAdvice>> AdviceAsync(CancellationToken ct) =>
        AskAsync(new() { Kind = QuestionKind.Advice }, reply => reply.Advice, ct);

    internal Task<ClusterAnswers<NodeAdvice>> TryAsync(TtlTrialStart trial, CancellationToken ct) =>
        AskAsync(new() { Kind = QuestionKind.Try, Trial = trial }, reply => reply.Advice, ct);

    /// <summary>What each node would answer for some keys.</summary>
    internal Task<ClusterAnswers<NodeKeys>> LookAsync(NodeQuestion question, CancellationToken ct) =>
        AskAsync(question, reply => reply.Keys, ct);

    private async Task<ClusterAnswers<T>> AskAsync<T>(NodeQuestion question, Func<NodeReply, T?> part, CancellationToken ct)
        where T : class
    {
        var here = AnswerHereAsync(question, ct);
        Dictionary<string, NodeReply> replies = [];
        try
        {
            await GatherAsync(question, replies, ct);
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
        {
            // Whoever has not answered is missing.
        }

        var answers = replies.Values.Where(reply => !reply.IsAtWork).Prepend(await here)
            .Select(reply => (Reply: reply, Answer: part(reply)))
            .Where(reply => reply.Answer is not null)
            .Select(reply => new NodeAnswer<T>(reply.Reply.Service, reply.Reply.Instance, reply.Answer!, reply.Reply.ReceivedAt))
            .OrderBy(answer => answer.Service, StringComparer.Ordinal).ThenBy(answer => answer.Instance, StringComparer.Ordinal);
        return new([.. answers], Missing(replies));
    }

    private async Task<NodeReply> AnswerHereAsync(NodeQuestion question, CancellationToken ct)
    {
        var reply = await own.AnswerAsync(question, ct);
        return reply with { ReceivedAt = time.GetTimestamp() };
    }

    private async Task GatherAsync(NodeQuestion question, Dictionary<string, NodeReply> replies, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        if (nats.ConnectionState is not NatsConnectionState.Open)
        {
            return;
        }

        using var sending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        sending.CancelAfter(Deadline);
        var inbox = $"_INBOX.{Guid.NewGuid():n}";
        await using var subscription = await nats.SubscribeCoreAsync(inbox, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: sending.Token);
        await nats.PublishAsync(own.Subject, question.Write(), replyTo: inbox, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: sending.Token);

        // The subscription ends with this token too, and a node may be at work for longer.
        sending.CancelAfter(Timeout.InfiniteTimeSpan);
        while (TimeLeft() is var left && left > TimeSpan.Zero)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
            waiting.CancelAfter(left);
            try
            {
                if (!await subscription.Msgs.WaitToReadAsync(waiting.Token))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The time is up, and what is left of it is counted anew.
            }

            while (subscription.Msgs.TryRead(out var message))
            {
                if (message.Data is { Length: > 0 } data && NodeReply.Read(data) is { } reply && reply.Instance != own.Instance)
                {
                    var now = time.GetTimestamp();
                    replies[reply.Instance] = reply with { ReceivedAt = now };
                    known[reply.Instance] = new(reply.Service, now, time.GetUtcNow());
                }
            }

            if (nats.ConnectionState is not NatsConnectionState.Open)
            {
                return;
            }
        }

        hasListened = true;

        TimeSpan TimeLeft()
        {
            var limit = replies.Values.Any(reply => reply.IsAtWork) ? WorkDeadline
                : hasListened && Missing(replies).Count is 0 ? DiscoveryTime
                : Deadline;
            return limit - time.GetElapsedTime(started);
        }
    }

    private List<MissingNode> Missing(Dictionary<string, NodeReply> replies)
    {
        List<MissingNode> missing = [];
        foreach (var (instance, seen) in known)
        {
            if (time.GetElapsedTime(seen.Timestamp) > RememberedFor)
            {
                known.TryRemove(new(instance, seen));
            }
            else if (!replies.TryGetValue(instance, out var reply) || reply.IsAtWork)
            {
                missing.Add(new(seen.Service, instance, seen.At));
            }
        }

        var present = replies.Values.Select(reply => reply.Service).Concat(missing.Select(node => node.Service)).Append(own.Service);
        missing.AddRange(options.ExpectedServices.Except(present).Select(service => new MissingNode(service, null, null)));
        return [.. missing.OrderBy(node => node.Service, StringComparer.Ordinal).ThenBy(node => node.Instance, StringComparer.Ordinal)];
    }

    private sealed record KnownNode(string Service, long Timestamp, DateTimeOffset At);
}

/// <summary>What the nodes answered, this one included.</summary>
/// <param name="Missing">Nodes that answered in the last minutes and are silent now, and expected services of which no node is known.</param>
public sealed record ClusterAnswers<T>(IReadOnlyList<NodeAnswer<T>> Nodes, IReadOnlyList<MissingNode> Missing);

/// <param name="Instance">Tells the processes of a service apart; it stays while the process lives.</param>
/// <param name="ReceivedAt">When the answer arrived, as a timestamp.</param>
public sealed record NodeAnswer<T>(string Service, string Instance, T Answer, long ReceivedAt);

/// <param name="Instance">Null when no node of the service is known.</param>
/// <param name="LastSeen">When it last answered.</param>
public sealed record MissingNode(string Service, string? Instance, DateTimeOffset? LastSeen);
