using Gaia.Messaging;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Store;

/// <summary>
/// Decides whether a primary of Redis is worth asking. It opens on late answers, lost connections and failed probes, and only a probe in the background closes
/// it: no user request ever waits to find out.
/// </summary>
/// <param name="clock">The node's.</param>
/// <param name="options">Say how long a start may take.</param>
/// <param name="log">Told when it opens and closes.</param>
/// <param name="name">What the log calls the primary.</param>
/// <param name="requestProbe">Wakes the probe.</param>
internal sealed partial class CircuitBreaker(Clock clock, CachingOptions options, ILogger log, string name, Action requestProbe)
{
    private const int TimeoutsThatOpen = 3;

    private readonly long startedAt = clock.Now;
    private long openedAt = clock.Now + (long)options.StartGrace.TotalMilliseconds;
    private int consecutiveTimeouts;
    private volatile bool closed;
    private bool reported;

    /// <summary>Open until the first probe has succeeded.</summary>
    public bool IsClosed => closed;

    /// <summary>How long it has been open, not counting a start; null while it is closed, and during a start.</summary>
    public TimeSpan? OpenFor => !closed && clock.Now - Volatile.Read(ref openedAt) is >= 0 and var open ? TimeSpan.FromMilliseconds(open) : null;

    /// <summary>Raised with true when it closes, with false when it opens.</summary>
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

        requestProbe();
    }

    public void Open(string why)
    {
        if (closed)
        {
            Volatile.Write(ref openedAt, clock.Now);
        }

        if (Interlocked.Exchange(ref closed, false))
        {
            reported = false;
            Changed?.Invoke(false);
        }

        if (!reported && !IsStarting)
        {
            reported = true;
            Opened(name, why);
        }
    }

    public void Close()
    {
        Volatile.Write(ref consecutiveTimeouts, 0);
        if (!Interlocked.Exchange(ref closed, true))
        {
            Closed(name);
            Changed?.Invoke(true);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Server} is not used ({Reason}): reads go to memory and to their source")]
    private partial void Opened(string server, string reason);

    [LoggerMessage(LogLevel.Information, "{Server} is used")]
    private partial void Closed(string server);
}
