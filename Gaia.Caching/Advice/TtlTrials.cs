using Gaia.Caching.Engine;
using Gaia.Caching.Reading;

namespace Gaia.Caching.Advice;

/// <summary>Lifetimes that are tried on this node: they end by themselves, and what memory answered meanwhile is kept beside what was predicted.</summary>
internal sealed class TtlTrials(CacheNode node)
{
    private const int Remembered = 20;

    /// <summary>In this time every node learns of a trial, and tombstones stand long enough everywhere before a value lives longer.</summary>
    private static readonly TimeSpan Announcement = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly List<Run> runs = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TtlTrialReport> Report()
    {
        Advance();
        lock (gate)
        {
            return [.. runs.Select(run => run.Report()).Reverse()];
        }
    }

    /// <summary>Begins a trial, unless the region is not cached here.</summary>
    public void Start(TtlTrialStart start)
    {
        if (node.Regions.All.FirstOrDefault(state => state.Declared.Name == start.Region) is not { Declared: not ExternalRegion } region)
        {
            return;
        }

        lock (gate)
        {
            var startsAt = node.Clock.Now + (long)Announcement.TotalMilliseconds;
            var trial = new TtlTrial(TimeSpan.FromSeconds(start.To), startsAt, startsAt + (long)TimeSpan.FromMinutes(start.Minutes).TotalMilliseconds).After(region.Trial);
            region.Trial = trial;
            runs.Add(new(start, trial, region));
            runs.RemoveRange(0, Math.Max(0, runs.Count - Remembered));
        }
    }

    /// <summary>Notes where trials stand; to be called about once a second.</summary>
    public void Advance()
    {
        lock (gate)
        {
            runs.ForEach(run => run.Advance(node.Clock.Now));
        }
    }

    private sealed class Run(TtlTrialStart start, TtlTrial trial, RegionState region)
    {
        /// <summary>Values that were loaded before the trial still live as declared: the figures begin when most of those are gone, or half of the time is.</summary>
        private readonly long measureFrom = trial.StartsAt + Math.Min((long)region.Declared.Ttl.TotalMilliseconds, (trial.EndsAt - trial.StartsAt) / 2);

        private (long Hits, long Reads)? before;
        private (long Hits, long Reads) latest;
        private bool isOver;

        public void Advance(long now)
        {
            if (!isOver && now >= measureFrom)
            {
                latest = (region.Statistics.Hits.Value, region.Statistics.Hits.Value + region.Statistics.Misses.Value);
                before ??= latest;
                isOver = now >= trial.EndsAt;
            }

            if (region.Trial == trial && now >= trial.ForgottenAt)
            {
                region.Trial = null;
            }
        }

        public TtlTrialReport Report() => new(start, isOver, before is { } from ? latest.Hits - from.Hits : 0, before is { } began ? latest.Reads - began.Reads : 0);
    }
}

/// <summary>What is to be tried.</summary>
/// <param name="Id">The advice that it follows.</param>
/// <param name="From">Seconds that values live otherwise.</param>
/// <param name="To">Seconds that they live meanwhile.</param>
/// <param name="Minutes">How long it takes.</param>
/// <param name="At">When it was asked for.</param>
internal sealed record TtlTrialStart(string Id, string Region, double From, double To, int Minutes, double Predicted, double Low, double High, DateTimeOffset At)
{
    public DateTimeOffset EndsAt => At.AddMinutes(Minutes);
}

/// <summary>What a node saw of a trial.</summary>
/// <param name="IsOver">Whether the figures are final.</param>
/// <param name="Hits">Answered from memory, once values of before were gone.</param>
/// <param name="Reads">All reads in that time.</param>
internal sealed record TtlTrialReport(TtlTrialStart Start, bool IsOver, long Hits, long Reads);
