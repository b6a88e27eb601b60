using System.Net.Sockets;
using System.Threading.Channels;

namespace Gaia.Hosting;

/// <summary>Carries bytes one way through a <see cref="FaultProxy"/>, as slowly as the link's condition says.</summary>
internal sealed class LinkDirection(Func<LinkCondition> condition, Socket from, Socket to, Action<int> count)
{
    // Small chunks, so that a throttled link moves steadily; their number bounds what a link holds in flight.
    private const int ChunkSize = 8 * 1024;
    private const int ChunksInFlight = 256;

    // Timers wake up to a few milliseconds late; a throttled link may catch up by as much.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Chunk> inFlight = Channel.CreateBounded<Chunk>(ChunksInFlight);
    private readonly long start = TimeProvider.System.GetTimestamp();
    private TimeSpan freeAt;

    private TimeSpan Now => TimeProvider.System.GetElapsedTime(start);

    private sealed record Chunk(ReadOnlyMemory<byte> Bytes, TimeSpan ReadAt);

    public async Task RunAsync(CancellationToken closing)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(closing);
        await Task.WhenAll(EndTogetherAsync(ReadAsync(broken.Token), broken), EndTogetherAsync(DeliverAsync(broken.Token), broken));
    }

    private static async Task EndTogetherAsync(Task half, CancellationTokenSource broken)
    {
        try
        {
            await half;
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var buffer = new byte[ChunkSize];
        int length;
        while ((length = await from.ReceiveAsync(buffer, ct)) > 0)
        {
            await inFlight.Writer.WriteAsync(new(buffer.AsMemory(0, length).ToArray(), Now), ct);
        }

        inFlight.Writer.Complete();
    }

    private async Task DeliverAsync(CancellationToken ct)
    {
        await foreach (var chunk in inFlight.Reader.ReadAllAsync(ct))
        {
            await HoldAsync(chunk, ct);
            var rest = chunk.Bytes;
            while (!rest.IsEmpty)
            {
                rest = rest[await to.SendAsync(rest, ct)..];
            }

            count(chunk.Bytes.Length);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Keeps a chunk until it is due; the condition may change while it is kept.</summary>
    private async Task HoldAsync(Chunk chunk, CancellationToken ct)
    {
        LinkCondition current;
        do
        {
            current = condition();
            await (current.State == LinkState.Silent ? current.WaitForReplacementAsync(ct) : current.HoldAsync(DueIn(chunk, current), ct));
        }
        while (current != condition());
    }

    private TimeSpan DueIn(Chunk chunk, LinkCondition current)
    {
        if (current.BytesPerSecond is { } rate)
        {
            var earliest = Now - Slack;
            freeAt = (freeAt > earliest ? freeAt : earliest) + TimeSpan.FromSeconds((double)chunk.Bytes.Length / rate);
            return freeAt - Now;
        }

        return chunk.ReadAt + current.Latency - Now;
    }
}
