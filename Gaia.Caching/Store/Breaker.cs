using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching;

/// <summary>
/// Decides whether Redis is worth asking. It opens on late answers, lost connections and failed probes, and only a probe in the background closes it:
/// no user request ever waits to find out.
/// </summary>
internal sealed partial class Breaker(ILogger<Breaker> log)
{
    private const int LateAnswersThatOpen = 3;

    private readonly Channel<bool> doubts = Channel.CreateBounded<bool>(1);
    private int lateInARow;
    private volatile bool closed;
    private bool told;

    /// <summary>Open until the first probe has succeeded.</summary>
    public bool IsClosed => closed;

    /// <summary>True when it changed.</summary>
    public event Action<bool>? Changed;

    public void Answered() => Volatile.Write(ref lateInARow, 0);

    /// <summary>An answer did not come in time: three in a row open the breaker, the first already asks for a probe.</summary>
    public void Late()
    {
        if (Interlocked.Increment(ref lateInARow) >= LateAnswersThatOpen)
        {
            Open("answers are late");
        }

        Doubt();
    }

    public void Open(string why)
    {
        if (Interlocked.Exchange(ref closed, false))
        {
            Opened(why);
            Changed?.Invoke(false);
        }
        else if (!told)
        {
            Opened(why);
        }

        told = true;
    }

    public void Close()
    {
        Volatile.Write(ref lateInARow, 0);
        if (!Interlocked.Exchange(ref closed, true))
        {
            Closed();
            told = true;
            Changed?.Invoke(true);
        }
    }

    /// <summary>Wakes the probe.</summary>
    public void Doubt() => doubts.Writer.TryWrite(true);

    /// <summary>Until somebody doubts, at most so long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(atMost);
        try
        {
            await doubts.Reader.ReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody doubted.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis is not used: {Why}. Reads go to memory and to their source.")]
    private partial void Opened(string why);

    [LoggerMessage(LogLevel.Information, "Redis is used.")]
    private partial void Closed();
}
