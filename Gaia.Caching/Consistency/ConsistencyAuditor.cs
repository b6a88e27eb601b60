using Gaia.Caching.Administration;
using Gaia.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Consistency;

/// <summary>
/// Compares what all nodes and Redis hold with the source, some time after a change. What is stale is checked again after the staleness bound, with the source
/// read before and after: only what is still stale then is a violation.
/// </summary>
internal sealed partial class ConsistencyAuditor(
    SubjectChooser chooser,
    ObservationReader observations,
    SourceReader source,
    ViolationReporter reporter,
    AuditTally tally,
    StalenessGuard guard,
    CachingOptions options,
    TimeProvider time,
    ILogger<ConsistencyAuditor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between two checks of a stale value.</summary>
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
                // Stale values are checked again as soon as the bound allows.
                await WaitUntilAsync(Math.Min(tick, confirmations.Next ?? tick), stoppingToken);
                var now = time.GetTimestamp();
                var isTick = now >= tick;
                tick = isTick ? Later(now, Interval) : tick;
                if (await TryCheckAsync(isTick, stoppingToken) is var error && (isTick || error is not null))
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

    private async Task<Exception?> TryCheckAsync(bool isTick, CancellationToken ct)
    {
        try
        {
            return await CheckAsync(isTick, ct);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            // The checks that were due are skipped.
            return error;
        }
    }

    /// <returns>The error that kept the source from being read; null when there was none.</returns>
    private async Task<Exception?> CheckAsync(bool isTick, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        var answers = await observations.ReadAsync(
            [.. confirmations.TakeDue(now), .. isTick ? schedule.TakeDue(now) : []],
            isTick ? (options.AuditPerSecond / options.AuditDelays.Count) + 1 : 0,
            ct);
        List<(AuditCheck Check, IReadOnlyList<Observation> Stale)> findings = [];
        foreach (var (check, seen) in answers.Checks)
        {
            var stale = FindStale(check, [.. seen.Where(observation => check.Subject.State.IsComparableTo(observation.Held))]);
            if (stale.Count > 0)
            {
                findings.Add((check, stale));
            }
        }

        await ResolveAsync(findings, ct);
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

    /// <summary>Counts the observations that are current.</summary>
    /// <returns>The stale ones; at a second check only those that were stale at the first.</returns>
    private List<Observation> FindStale(AuditCheck check, IReadOnlyList<Observation> seen)
    {
        var (subject, region) = (check.Subject, check.Subject.Region.Region.Name);
        var stale = seen.Where(observation => subject.State.IsNewerThan(observation.Held, time.GetElapsedTime(subject.Since, observation.ReceivedAt))).ToList();
        if (check.Candidates is not { } candidates)
        {
            tally.Add(region, check.AfterSeconds, seen.Count - stale.Count);
            return stale;
        }

        var still = stale.Where(observation => candidates.Any(observation.IsOf)).ToList();
        var late = candidates.Count(candidate => seen.Any(observation => observation.IsAt(candidate)) && !still.Any(observation => observation.IsAt(candidate)));
        tally.Add(region, check.AfterSeconds, late, late);
        return still;
    }

    /// <summary>Reads the source again. A finding that it does not confirm is dropped: the value changed in between.</summary>
    private async Task ResolveAsync(List<(AuditCheck Check, IReadOnlyList<Observation> Stale)> findings, CancellationToken ct)
    {
        if (findings.Count is 0)
        {
            return;
        }

        var states = await source.ReadAnnouncedAsync(findings.Select(finding => (finding.Check.Subject.Region, finding.Check.Subject.Key)), ct);
        var now = time.GetTimestamp();
        foreach (var (check, stale) in findings)
        {
            if (!states.TryGetValue(check.Subject.Key, out var state) || !check.Subject.State.IsConfirmedBy(state))
            {
                continue;
            }

            if (check.Candidates is null)
            {
                var subject = Compared(check.Subject, state, now);
                confirmations.Add(check with { Subject = subject, Candidates = stale }, Math.Max(Later(now, Slack), Later(subject.Since, guard.Bound + Slack)));
                continue;
            }

            foreach (var observation in stale)
            {
                await reporter.ReportAsync(check, observation, ct);
            }
        }
    }

    /// <summary>A timestamp alone is no evidence: the value must differ from what the source has now.</summary>
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

    [LoggerMessage(LogLevel.Information, "Consistency audit paused: the source is unavailable ({Reason})")]
    private partial void LogPaused(string reason);

    [LoggerMessage(LogLevel.Information, "Consistency audit resumed")]
    private partial void LogResumed();
}
