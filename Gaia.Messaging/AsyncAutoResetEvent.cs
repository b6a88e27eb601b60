using System.Threading.Channels;

namespace Gaia.Messaging;

/// <summary>Wakes one waiter, once for however many signals there were since it last waited.</summary>
public class AsyncAutoResetEvent
{
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(1);

    /// <summary>Signals.</summary>
    public void Set() => signals.Writer.TryWrite(true);

    /// <summary>Returns at the next signal, or at once when there was one since the last wait, at the latest after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(atMost);
        try
        {
            await signals.Reader.ReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // There was no signal.
        }
    }
}
