using System.Globalization;
using Gaia.Events.Journal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>Reads one journal for one group. The cursor in the group's database says what has been handled; Redis says that there is more.</summary>
internal sealed partial class GroupConsumer<TContext>(
    string group, JournalKeys keys, EventProcessor<TContext> processor, ConfigurationOptions redis, EventConsumerOptions options, TimeProvider clock, ILogger logger)
    where TContext : DbContext
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly CursorTable cursor = new(group, keys.Source);
    private long claimedAt;
    private bool isFailing;

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await JournalConnection.OpenAsync(redis, options.Block);
                await StartAsync(connection.Database, ct);
                Report(null);
                while (true)
                {
                    await ReadAsync(connection, ct);
                }
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Redis or the database: whatever was read and not committed is read again.
                Report(e.GetBaseException().Message);
                await Task.Delay(RetryDelay, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Handles what came while nobody read, or was delivered to a consumer that died.</summary>
    private async Task StartAsync(IDatabase database, CancellationToken ct)
    {
        var position = await processor.EnsureAsync(cursor, start: 0, ct);
        await CreateGroupAsync(database, keys.Events, JournalEntry.IdOf(position));
        await CreateGroupAsync(database, keys.Replays, "0-0");
        var end = (string)(await database.StreamInfoAsync(keys.Events)).LastGeneratedId!;
        await processor.RunAsync(database, new(cursor, JournalEntry.PositionOf(end), EventTypePattern.All), [], ct);
        claimedAt = clock.GetTimestamp();
    }

    private async Task ReadAsync(JournalConnection connection, CancellationToken ct)
    {
        foreach (var stream in await connection.ReadGroupAsync(keys, group, options.ConsumerName, options.BatchSize, ct))
        {
            await HandleAsync(connection.Database, stream.Key, stream.Entries, ct);
        }

        if (clock.GetElapsedTime(claimedAt) > options.ClaimAfter / 2)
        {
            claimedAt = clock.GetTimestamp();
            foreach (var key in (string[])[keys.Events, keys.Replays])
            {
                var claimed = await connection.Database.StreamAutoClaimAsync(
                    key, group, options.ConsumerName, (long)options.ClaimAfter.TotalMilliseconds, "0-0", options.BatchSize);
                await HandleAsync(connection.Database, key, [.. claimed.ClaimedEntries.Where(entry => !entry.IsNull).Select(StreamRecord.Of)], ct);
            }
        }
    }

    private async Task HandleAsync(IDatabase database, string key, IReadOnlyList<StreamRecord> entries, CancellationToken ct)
    {
        if (entries is [])
        {
            return;
        }

        if (key == keys.Events)
        {
            JournalEntry[] events = [.. entries.Select(entry => entry.ToEvent())];
            await processor.RunAsync(database, new(cursor, events[^1].Position, EventTypePattern.All), events, ct);
        }
        else
        {
            foreach (var request in entries.Select(ReplayRequest.Of).Where(request => request.Group == group))
            {
                await ReplayAsync(database, request, ct);
            }
        }

        await database.StreamAcknowledgeAsync(key, group, [.. entries.Select(entry => (RedisValue)entry.Id)]);
    }

    private async Task ReplayAsync(IDatabase database, ReplayRequest request, CancellationToken ct)
    {
        var replay = new CursorTable(group, keys.Source, request.Id);
        await processor.EnsureAsync(replay, request.After, ct);
        await processor.RunAsync(database, new(replay, request.Until, request.Types) { Live = cursor }, [], ct);
        LogReplayed(group, keys.Source, request.Types.ToString(), request.After.ToString(CultureInfo.InvariantCulture));
    }

    private async Task CreateGroupAsync(IDatabase database, string key, string start)
    {
        try
        {
            await database.StreamCreateConsumerGroupAsync(key, group, start, createStream: true);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // It is there.
        }
    }

    /// <summary>Logs a change of state once.</summary>
    private void Report(string? reason)
    {
        if (reason is not null && !isFailing)
        {
            LogInterrupted(group, keys.Source, reason);
        }
        else if (reason is null && isFailing)
        {
            LogResumed(group, keys.Source);
        }

        isFailing = reason is not null;
    }

    [LoggerMessage(LogLevel.Warning, "Group {Group} is interrupted in reading the events of {Source}: {Reason}")]
    private partial void LogInterrupted(string group, string source, string reason);

    [LoggerMessage(LogLevel.Information, "Group {Group} reads the events of {Source} again")]
    private partial void LogResumed(string group, string source);

    [LoggerMessage(LogLevel.Information, "Group {Group} has handled {Types} of {Source} after {Position} once more")]
    private partial void LogReplayed(string group, string source, string types, string position);
}
