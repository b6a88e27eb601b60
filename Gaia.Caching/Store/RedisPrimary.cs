using System.Net;

namespace Gaia.Caching.Store;

/// <summary>A server that takes writes: one of a cluster, or the only one there is.</summary>
/// <param name="address">In a cluster. Null: whichever server is the primary now.</param>
/// <param name="breaker">Decides whether it is worth asking.</param>
internal sealed class RedisPrimary(EndPoint? address, CircuitBreaker breaker)
{
    private int mayHaveLostFences = 1;

    public EndPoint? Address => address;

    public CircuitBreaker Breaker => breaker;

    /// <summary>How far its clock is ahead, in milliseconds; null before it has said.</summary>
    public long? ClockOffset { get; set; }

    /// <summary>Whether the fences of its keys are still to be written.</summary>
    public bool MayHaveLostFences => Volatile.Read(ref mayHaveLostFences) is 1;

    public void RequestFences() => Volatile.Write(ref mayHaveLostFences, 1);

    /// <summary>Whether fences were requested; they are no longer.</summary>
    public bool TakeFenceRequest() => Interlocked.Exchange(ref mayHaveLostFences, 0) is 1;
}
