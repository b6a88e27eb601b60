using System.Threading.Channels;

namespace Gaia.Chat.Usage;

/// <summary>Signals that this node has recorded usage.</summary>
internal sealed class UsageSignal(TimeProvider clock)
{
    private readonly Channel<bool> recorded = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => recorded.Writer.TryWrite(true);

    /// <summary>Returns when something was recorded since the last time, at the latest after <paramref name="longest"/>.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        using var end = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, ct);
        try
        {
            await recorded.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nothing was recorded.
        }
    }
}
