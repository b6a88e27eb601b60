using System.Text.Json;
using Gaia.Caching.Administration;
using Gaia.Caching.Log;
using Gaia.Caching.Writing;
using Gaia.Messaging.Streams;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Gaia.Caching.Consistency;

/// <summary>Records a violation, publishes it on NATS, and removes the value from every node and from Redis.</summary>
internal sealed partial class ViolationReporter(
    AuditTally tally,
    RecentInvalidations recent,
    LogPosition position,
    Invalidator invalidator,
    INatsConnection nats,
    TimeProvider time,
    ILogger<ViolationReporter> logger)
{
    /// <summary>Where violations are published, as JSON.</summary>
    public const string Subject = "gaia.audit.violation";

    private const int EntryLimit = 20;
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(1);

    public async Task ReportAsync(AuditCheck check, Observation observation, CancellationToken ct)
    {
        var subject = check.Subject;
        var held = observation.Held;
        var violation = new ConsistencyViolation(
            time.GetUtcNow(),
            subject.Region.Region.Name,
            subject.Key,
            observation.Service,
            observation.Instance,
            check.AfterSeconds,
            Math.Round(time.GetElapsedTime(subject.Since).TotalSeconds, 1),
            subject.State.Version,
            held.Version,
            observation.Instance is null ? null : held.Fence,
            held.Version is null ? held.LoadAge : observation.Instance is null ? null : held.Age,
            observation.LogTrusted,
            observation.LogPosition,
            position.Applied,
            [.. recent.Of(subject.Key, EntryLimit).Select(entry => new ConsistencyLogEntry(entry.Sequence, entry.At, entry.Invalidation.Version, entry.Invalidation.Pattern))]);
        tally.Add(violation);
        LogViolation(violation.Key, violation.Service, violation.Instance, violation.HeldVersion, violation.SourceVersion, violation.OldFor);
        await invalidator.InvalidateAsync(subject.Key, null, ct);
        await PublishAsync(violation, ct);
    }

    private async Task PublishAsync(ConsistencyViolation violation, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(PublishTimeout);
        try
        {
            await nats.PublishAsync(
                Subject, JsonSerializer.SerializeToUtf8Bytes(violation, NodeJson.Options), serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: deadline.Token);
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
        {
            // It is in the log and the report.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cached value of '{Key}' is older than its source on {Service} {Instance}: version {Held} instead of {Source} for {Seconds} s; it is invalidated")]
    private partial void LogViolation(string key, string service, string? instance, long? held, long? source, double seconds);
}
