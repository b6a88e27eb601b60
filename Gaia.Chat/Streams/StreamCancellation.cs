using System.Text.Json;
using NATS.Client.Core;

namespace Gaia.Chat.Streams;

/// <summary>Passes the wish to stop a stream to the node that writes it.</summary>
internal sealed class StreamCancellation(LiveStreams streams, INatsConnection nats) : BackgroundService
{
    private const string Subject = "gaia.chat.stop";

    // Every node hears a wish at once; one that says nothing for so long does not have the stream.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <returns>Whether this node writes the stream.</returns>
    public bool StopHere(StreamKey key)
    {
        var stream = streams.Find(key);
        stream?.Stop();
        return stream is not null;
    }

    /// <returns>Whether another node writes it.</returns>
    public async Task<bool> StopElsewhereAsync(StreamKey key, CancellationToken ct)
    {
        try
        {
            await nats.RequestAsync<byte[], byte[]>(
                Subject, JsonSerializer.SerializeToUtf8Bytes(key), replyOpts: new NatsSubOpts { Timeout = Timeout }, cancellationToken: ct);
            return true;
        }
        catch (Exception e) when (e is NatsException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var wish in nats.SubscribeAsync<byte[]>(Subject, cancellationToken: stoppingToken))
        {
            if (wish.Data is { } data && StopHere(JsonSerializer.Deserialize<StreamKey>(data)))
            {
                await wish.ReplyAsync(Array.Empty<byte>(), cancellationToken: stoppingToken);
            }
        }
    }
}
