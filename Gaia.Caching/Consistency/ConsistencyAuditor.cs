using Gaia.Caching.Administration;
using Gaia.Caching.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Consistency;

/// <summary>
/// Compares what all nodes and Redis hold with the source, some time after it changed or was seen. What is old at a look is looked at again when the staleness
/// bound is over, with the source asked before and after: only what is old then too is a violation.
/// </summary>
internal sealed partial class ConsistencyAuditor(
    SubjectChooser chooser,
    SightingReader sightings,
    SourceReader source,
    ViolationReporter reporter,
    AuditTally tally,
    StalenessGuard guard,
    CachingOptions options,
    TimeProvider time,
    ILogger<ConsistencyAuditor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The least between two looks at what is old.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private readonly AuditSchedule schedule = new();
    private readonly AuditSchedule confirmations = new();
    private bool isPaused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var tick = Later(time.GetTimestamp(), Interval);
            while (true)
            {
                // What is old is looked at again as soon as it may be.
                await WaitUntilAsync(Math.Min(tick, confirmations.Next ?? tick), stoppingToken);
                var now = time.GetTimestamp();
                var isTick = now >= tick;
                tick = isTick ? Later(now, Interval) : tick;
                if (await TryLookAsync(isTick, stoppingToken) is var error && (isTick || error is not null))
                {
                    ReportError(error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task WaitUntilAsync(long timestamp, CancellationToken ct)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), timestamp);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, ct);
        }
    }

    private async Task<Exception?> TryLookAsync(bool isTick, CancellationToken ct)
    {
        try
        {
            return await LookAsync(isTick, ct);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            // What was to be looked at now is left out.
            return error;
        }
    }

    /// <returns>What kept the source from being asked for more subjects.</returns>
    private async Task<Exception?> LookAsync(bool isTick, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        var answers = await sightings.ReadAsync(
            [.. confirmations.TakeDue(now), .. isTick ? schedule.TakeDue(now) : []],
            isTick ? (options.AuditPerSecond / options.AuditDelays.Count) + 1 : 0,
            ct);
        List<(AuditLook Look, IReadOnlyList<Sighting> Old)> doubts = [];
        foreach (var (look, seen) in answers.Looks)
        {
            var old = Judge(look, [.. seen.Where(sighting => look.Subject.State.IsComparableTo(sighting.Held))]);
            if (old.Count > 0)
            {
                doubts.Add((look, old));
            }
        }

        await ResolveAsync(doubts, ct);
        if (!isTick)
        {
            return null;
        }

        var (subjects, error) = await chooser.ChooseAsync(answers.Chosen, answers.Peers, ct);
        foreach (var subject in subjects)
        {
            foreach (var after in options.AuditDelays)
            {
                schedule.Add(new(subject, after), Later(subject.Since, after));
            }
        }

        return error;
    }

    /// <summary>Counts what is not old.</summary>
    /// <returns>What is, and if it was suspected, still is.</returns>
    private List<Sighting> Judge(AuditLook look, IReadOnlyList<Sighting> seen)
    {
        var (subject, region) = (look.Subject, look.Subject.Region.Region.Name);
        var elapsed = time.GetElapsedTime(subject.Since);
        var old = seen.Where(sighting => subject.State.IsNewerThan(sighting.Held, elapsed)).ToList();
        if (look.Suspects is not { } suspects)
        {
            tally.Add(region, look.AfterSeconds, seen.Count - old.Count);
            return old;
        }

        var still = old.Where(sighting => suspects.Any(sighting.IsOf)).ToList();
        var late = suspects.Count(suspect => seen.Any(sighting => sighting.IsAt(suspect)) && !still.Any(sighting => sighting.IsAt(suspect)));
        tally.Add(region, look.AfterSeconds, late, late);
        return still;
    }

    /// <summary>Asks the source again. What it does not confirm changed in between, and says nothing.</summary>
    private async Task ResolveAsync(List<(AuditLook Look, IReadOnlyList<Sighting> Old)> doubts, CancellationToken ct)
    {
        if (doubts.Count is 0)
        {
            return;
        }

        var states = await source.ReadAnnouncedAsync(doubts.Select(doubt => (doubt.Look.Subject.Region, doubt.Look.Subject.Key)), ct);
        var now = time.GetTimestamp();
        foreach (var (look, old) in doubts)
        {
            if (!states.TryGetValue(look.Subject.Key, out var state) || !look.Subject.State.IsConfirmedBy(state))
            {
                continue;
            }

            if (look.Suspects is null)
            {
                var subject = Compared(look.Subject, state, now);
                confirmations.Add(look with { Subject = subject, Suspects = old }, Math.Max(Later(now, Slack), Later(subject.Since, guard.Bound + Slack)));
                continue;
            }

            foreach (var sighting in old)
            {
                await reporter.ReportAsync(look, sighting, ct);
            }
        }
    }

    /// <summary>A timestamp alone convicts nobody: the value has to differ from what the source says now.</summary>
    private static AuditSubject Compared(AuditSubject subject, SourceState state, long now) =>
        subject.Region.IsLoaded && subject.State.Digest is null ? subject with { State = subject.State with { Digest = state.Digest }, Since = now } : subject;

    private long Later(long timestamp, TimeSpan by) => timestamp + (long)(by.TotalSeconds * time.TimestampFrequency);

    private void ReportError(Exception? error)
    {
        if (error is not null && !isPaused)
        {
            isPaused = true;
            LogPaused(error.Message);
        }
        else if (error is null && isPaused)
        {
            isPaused = false;
            LogResumed();
        }
    }

    [LoggerMessage(LogLevel.Information, "Consistency audit without its source ({Reason}): keys are not compared until it is back")]
    private partial void LogPaused(string reason);

    [LoggerMessage(LogLevel.Information, "Consistency audit has its source again")]
    private partial void LogResumed();
}
