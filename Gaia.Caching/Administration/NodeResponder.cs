using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Gaia.Caching.Administration;

/// <summary>Listens for the questions of <see cref="CacheCluster"/>. Every node does, so the subscription is in no queue group.</summary>
internal sealed partial class NodeResponder(INatsConnection nats, NodeQuestions node, ILogger<NodeResponder> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var message in nats.SubscribeAsync(node.Subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: stoppingToken))
            {
                if (message.Data is { } data && NodeQuestion.Read(data) is { } question)
                {
                    // Not in turn: one question may take half a minute and others are asked every second.
                    _ = ReplyAsync(message, question, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error) when (error is NatsException or ObjectDisposedException)
        {
            LogNotListening(error);
        }
    }

    private async Task ReplyAsync(NatsMsg<byte[]> message, NodeQuestion question, CancellationToken ct)
    {
        try
        {
            if (question.Kind is QuestionKind.Warm)
            {
                await SendAsync(message, node.Reply() with { IsAtWork = true }, ct);
            }

            await SendAsync(message, await node.AnswerAsync(question, ct), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error)
        {
            // Whoever asked names this node among the missing.
            LogNotAnswered(error, question.Kind);
        }
    }

    private static ValueTask SendAsync(NatsMsg<byte[]> message, NodeReply reply, CancellationToken ct) =>
        message.ReplyAsync(reply.Write(), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: ct);

    [LoggerMessage(LogLevel.Error, "Stopped answering cache requests of other nodes")]
    private partial void LogNotListening(Exception reason);

    [LoggerMessage(LogLevel.Warning, "Could not answer a cache request of another node: {Kind}")]
    private partial void LogNotAnswered(Exception reason, QuestionKind kind);
}
