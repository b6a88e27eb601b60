namespace Gaia.Caching.Log;

/// <summary>Where invalidations go so that all nodes hear them, in one order. JetStream carries it in production, memory in the long random tests.</summary>
internal interface IInvalidationLog
{
    /// <summary>False when the log did not confirm that it holds the message.</summary>
    ValueTask<bool> PublishAsync(Invalidation invalidation, CancellationToken ct = default);
}
