using NATS.Client.Core;

namespace Gaia.Bench.Cache;

/// <summary>Two NATS connections: numbers published on one arrive on the other.</summary>
internal sealed class BareMessages : IAsyncDisposable
{
    private const string Subject = "bench.bare";

    private readonly NatsConnection sender;
    private readonly NatsConnection receiver;
    private long received;
    private Task receiving = Task.CompletedTask;

    private BareMessages(string url)
    {
        sender = new(new NatsOpts { Url = url });
        receiver = new(new NatsOpts { Url = url });
    }

    public long Received => Volatile.Read(ref received);

    public static async Task<BareMessages> StartAsync(string url, CancellationToken ct)
    {
        var messages = new BareMessages(url);
        await messages.sender.ConnectAsync();
        await messages.receiver.ConnectAsync();
        var subscription = await messages.receiver.SubscribeCoreAsync<long>(Subject, cancellationToken: ct);

        // The answer to a ping tells that the server knows of the subscription.
        await messages.receiver.PingAsync(ct);
        messages.receiving = messages.ReceiveAsync(subscription, ct);
        return messages;
    }

    public Task SendAsync(long number, CancellationToken ct) => sender.PublishAsync(Subject, number, cancellationToken: ct).AsTask();

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await receiving;
        await sender.DisposeAsync();
    }

    private async Task ReceiveAsync(INatsSub<long> subscription, CancellationToken ct)
    {
        await using (subscription)
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(ct))
            {
                Volatile.Write(ref received, message.Data);
            }
        }
    }
}
