using System.Threading.Channels;
using Gaia.Caching.Engine;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Store;

/// <summary>
/// Decides whether Redis is worth asking. It opens on late answers, lost connections and failed probes, and only a probe in the background closes it:
/// no user request ever waits to find out.
/// </summary>
internal sealed partial class CircuitBreaker(Clock clock, CachingOptions options, ILogger<CircuitBreaker> log)
{
    private const int TimeoutsThatOpen = 3;

    private readonly long startedAt = clock.Now;
    private readonly Channel<bool> probeRequests = Channel.CreateBounded<bool>(1);
    private int consecutiveTimeouts;
    private volatile bool closed;
    private bool reported;

    /// <summary>Open until the first probe has succeeded.</summary>
    public bool IsClosed => closed;

    /// <summary>True when it changed.</summary>
    public event Action<bool>? Changed;

    public void RecordSuccess() => Volatile.Write(ref consecutiveTimeouts, 0);

    /// <summary>A start compiles and connects first: late answers open the breaker only when a probe fails as well, and that is a warning only if it lasts.</summary>
    private bool IsStarting => clock.Now - startedAt < options.StartGrace.TotalMilliseconds;

    /// <summary>An answer did not come in time: three in a row open the breaker, the first already asks for a probe.</summary>
    public void RecordTimeout()
    {
        if (Interlocked.Increment(ref consecutiveTimeouts) >= TimeoutsThatOpen && !IsStarting)
        {
            Open("answers are late");
        }

        RequestProbe();
    }

    public void Open(string why)
    {
        if (Interlocked.Exchange(ref closed, false))
        {
            reported = false;
            Changed?.Invoke(false);
        }

        if (!reported && !IsStarting)
        {
            reported = true;
            Opened(why);
        }
    }

    public void Close()
    {
        Volatile.Write(ref consecutiveTimeouts, 0);
        if (!Interlocked.Exchange(ref closed, true))
        {
            Closed();
            Changed?.Invoke(true);
        }
    }

    /// <summary>Wakes the probe.</summary>
    public void RequestProbe() => probeRequests.Writer.TryWrite(true);

    /// <summary>Waits until a probe is requested, at most so long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(atMost);
        try
        {
            await probeRequests.Reader.ReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // No probe was requested.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis is not used ({Reason}): reads go to memory and to their source")]
    private partial void Opened(string reason);

    [LoggerMessage(LogLevel.Information, "Redis is used")]
    private partial void Closed();
}
