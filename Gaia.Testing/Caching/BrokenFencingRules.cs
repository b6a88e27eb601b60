using Gaia.Caching.Engine;

namespace Gaia.Testing.Caching;

/// <summary>The fencing rules, each with one rule broken: the random test is worth its time only if it notices every one of them.</summary>
internal static class BrokenFencingRules
{
    public sealed class JoinsOldLoads : FencingRules
    {
        public override bool DetachesLoads => false;

        public override bool MayAnswer(long version, long fenceWhenAsked) => true;
    }

    public sealed class KeepsAnything : FencingRules
    {
        public override bool MayKeep(long version, long fence) => true;

        public override bool MayAnswer(long version, long fenceWhenAsked) => true;
    }

    public sealed class TakesTheFenceAfterTheLoad : FencingRules
    {
        public override long VersionOfLoad(long fenceBefore, long fenceNow) => fenceNow;

        public override bool WasNotInvalidated(int turnBefore, int turnNow) => true;
    }

    public sealed class IgnoresInvalidations : FencingRules
    {
        public override bool WasNotInvalidated(int turnBefore, int turnNow) => true;

        public override bool MayKeep(long version, long fence) => true;
    }

    public sealed class AnswersWhatItMayNotKeep : FencingRules
    {
        public override bool DetachesLoads => false;

        public override bool MayAnswer(long version, long fenceWhenAsked) => true;

        public override bool MayKeep(long version, long fence) => version >= fence - 1;
    }
}
