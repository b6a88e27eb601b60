namespace Gaia.Caching.Engine;

/// <summary>
/// The rules that keep an old read from outliving a newer write. All decisions of that kind are here, so that the tests can break them one by one
/// and see that the breach is noticed.
/// </summary>
internal class FencingRules
{
    /// <summary>An invalidation detaches the load in load: it may have read the source before the change, so nobody may join it any more.</summary>
    public virtual bool DetachesLoads => true;

    /// <summary>Nothing older than the fence is kept, neither in memory nor when Redis offers it.</summary>
    public virtual bool MayKeep(long version, long fence) => version >= fence;

    /// <summary>What carries no version of its own is kept only if no invalidation came while it was loaded.</summary>
    public virtual bool WasNotInvalidated(int turnBefore, int turnNow) => turnBefore == turnNow;

    /// <summary>And its version is the fence seen before the load began, never the one that stands when the load ends.</summary>
    public virtual long VersionOfLoad(long fenceBefore, long fenceNow) => fenceBefore;

    /// <summary>Nobody is answered by something older than the fence that stood when they asked.</summary>
    public virtual bool MayAnswer(long version, long fenceWhenAsked) => version >= fenceWhenAsked;

    /// <summary>A tombstone found in Redis is news of an invalidation that the log has yet to deliver.</summary>
    public virtual bool AppliesTombstones => true;
}
