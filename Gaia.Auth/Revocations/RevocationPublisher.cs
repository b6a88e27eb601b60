using System.Diagnostics;
using System.Globalization;
using Gaia.Messaging.Outbox;
using Gaia.Messaging.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.Serializers.Json;

namespace Gaia.Auth.Revocations;

/// <summary>
/// Publishes what the log has and NATS has not, in its order and at least once: also what another node committed before it died. A gateway that misses NATS
/// reads the log itself.
/// </summary>
internal sealed partial class RevocationPublisher(
    IServiceScopeFactory scopes,
    DatabaseReadiness database,
    INatsConnection nats,
    IOptions<JetStreamOptions> options,
    IOptions<RegionOptions> region,
    TimeProvider clock,
    ILogger<RevocationPublisher> log)
    : OutboxDispatcher<AuthDb>(scopes)
{
    private const int Batch = 100;

    /// <summary>How long a request that ended something waits for NATS; what it ended is over in the database already.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(2);
    private const int NotFound = 404;

    private readonly NatsJSContext jetStream = new(nats);
    private readonly NatsJsonSerializer<Revocation> json = new(EventJson.Options);
    private readonly Lock gate = new();

    private TaskCompletionSource progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long published;

    /// <summary>Returns once the position is published, or after a short while: NATS unavailable holds nobody up.</summary>
    public async Task WaitForAsync(long position)
    {
        Wake();
        using var timeout = new CancellationTokenSource(Timeout, clock);
        try
        {
            while (WaitForProgressAsync(position) is { } next)
            {
                await next.WaitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The publisher goes on; the log tells whoever asks meanwhile.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitForMigrationAsync(stoppingToken);
        await base.ExecuteAsync(stoppingToken);
    }

    protected override async Task<bool> DispatchAsync(AuthDb db, CancellationToken ct)
    {
        if (await IsCompleteAsync(ct))
        {
            await PublishPendingAsync(db, ct);
            return true;
        }

        // The stream is new, or somebody has made it again: what the lost one had and is still in force is published once more.
        await jetStream.CreateOrUpdateStreamAsync(RevocationStreamDefinition.Config(options.Value.Replicas, isComplete: false), ct);
        var now = clock.GetUtcNow();
        await db.Revocations.Where(e => e.ForgetAt > now).ExecuteUpdateAsync(e => e.SetProperty(r => r.PublishedAt, (DateTimeOffset?)null), ct);
        await PublishPendingAsync(db, ct);
        await jetStream.CreateOrUpdateStreamAsync(RevocationStreamDefinition.Config(options.Value.Replicas, isComplete: true), ct);
        return true;
    }

    protected override void OnUnavailable(Exception exception) => LogUnavailable(exception);

    protected override void OnAvailable() => LogAvailable();

    /// <summary>Whether the stream is there and has all that was published.</summary>
    private async Task<bool> IsCompleteAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(PublishDeadline);
        try
        {
            var stream = (await jetStream.GetStreamAsync(Revocation.Stream, cancellationToken: deadline.Token)).Info;
            return !await StreamMirror.DeleteLeftoverAsync(jetStream, stream, region.Value.Name, deadline.Token) && RevocationStreamDefinition.IsComplete(stream.Config);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return false;
        }
    }

    private async Task PublishPendingAsync(AuthDb db, CancellationToken ct)
    {
        while (true)
        {
            var entries = await db.Revocations.AsNoTracking().Where(e => e.PublishedAt == null).OrderBy(e => e.Position).Take(Batch).ToListAsync(ct);
            if (entries.Count == 0)
            {
                return;
            }

            foreach (var entry in entries)
            {
                await PublishAsync(entry, ct);
            }

            var (first, last) = (entries[0].Position, entries[^1].Position);
            Advance(last);
            await db.Revocations.Where(e => e.Position >= first && e.Position <= last).ExecuteUpdateAsync(e => e.SetProperty(r => r.PublishedAt, clock.GetUtcNow()), ct);
        }
    }

    private async Task PublishAsync(RevocationEntry entry, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(PublishDeadline);
        using var activity = new Activity(Revocation.Subject);
        if (entry.TraceParent is { } parent)
        {
            activity.SetParentId(parent);
        }

        activity.Start();
        var message = new Revocation(Revocation.CurrentVersion, entry.Position, entry.Holder, entry.Reason, entry.RevokedAt, entry.ForgetAt);
        var answer = await jetStream.PublishAsync(
            Revocation.Subject,
            message,
            json,
            new NatsJSPubOpts { MsgId = entry.Position.ToString(CultureInfo.InvariantCulture) },
            new NatsHeaders { ["traceparent"] = activity.Id },
            deadline.Token);
        answer.EnsureSuccess();
    }

    private Task? WaitForProgressAsync(long position)
    {
        lock (gate)
        {
            return published >= position ? null : progress.Task;
        }
    }

    private void Advance(long position)
    {
        lock (gate)
        {
            published = Math.Max(published, position);
            progress.SetResult();
            progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Revocations cannot be published; gateways read them from the log meanwhile")]
    private partial void LogUnavailable(Exception reason);

    [LoggerMessage(LogLevel.Information, "Revocations are published again")]
    private partial void LogAvailable();
}
