using System.Globalization;
using System.Text.Json;
using Gaia.Events.Journal;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>Events that a group failed to handle, each with the reason of its last failure.</summary>
public static class DeadLetters
{
    private const int Kept = 100_000;
    private const int ReasonLimit = 500;
    private const string Group = "group";
    private const string Position = "position";
    private const string Failures = "failures";
    private const string Reason = "reason";

    internal static Task AddAsync(IDatabase redis, JournalKeys keys, string group, JournalEntry @event, int failures, string reason) => redis.StreamAddAsync(
        keys.DeadLetters,
        [
            new(Group, group),
            new(Position, @event.Position),
            new(JournalEntry.TypeField, @event.Type),
            new(Failures, failures),
            new(Reason, reason.Length > ReasonLimit ? reason[..ReasonLimit] : reason),
            new(JournalEntry.EventField, @event.Json),
        ],
        maxLength: Kept,
        useApproximateMaxLength: true);

    /// <summary>Those of one journal, the newest first.</summary>
    public static async Task<IReadOnlyList<DeadLetter>> ReadAsync(IDatabase redis, JournalKeys keys, int limit) =>
        [.. (await redis.StreamRangeAsync(keys.DeadLetters, count: limit, messageOrder: Order.Descending)).Select(entry => Of(keys.Source, entry))];

    /// <summary>Has the group handle a dead letter once more, and takes it off the list.</summary>
    /// <returns>Null when there is none with this id.</returns>
    public static async Task<DeadLetter?> RetryAsync(IDatabase redis, JournalKeys keys, string id)
    {
        var entryId = id[(id.IndexOf(':') + 1)..];
        if (!IsEntryId(entryId) || await redis.StreamRangeAsync(keys.DeadLetters, entryId, entryId, count: 1) is not [var entry])
        {
            return null;
        }

        var letter = Of(keys.Source, entry);
        await ReplayRequest.SendAsync(redis, keys, letter.Group, letter.Position - 1, letter.Position, EventTypePattern.TryParse(letter.Type)!);
        await redis.StreamDeleteAsync(keys.DeadLetters, [entryId]);
        return letter;
    }

    private static bool IsEntryId(string text) => text.Split('-') is [var time, var number]
        && ulong.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out _) && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static DeadLetter Of(string source, StreamEntry entry)
    {
        var id = (string)entry.Id!;
        return new(
            $"{source}:{id}",
            DateTimeOffset.FromUnixTimeMilliseconds(JournalEntry.PositionOf(id)),
            entry[Group]!,
            source,
            (long)entry[Position],
            entry[JournalEntry.TypeField]!,
            (int)entry[Failures],
            entry[Reason]!,
            JsonElement.Parse((string)entry[JournalEntry.EventField]!));
    }
}

/// <summary>An event that a group has given up.</summary>
/// <param name="Id">What it is delivered once more by: its source, and where it is in the stream of dead letters.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Group">The group of consumers.</param>
/// <param name="Source">The service whose journal it is of.</param>
/// <param name="Position">Of the event in its journal.</param>
/// <param name="Type">Of the event.</param>
/// <param name="Failures">How often it was tried.</param>
/// <param name="Reason">Why the last attempt failed.</param>
/// <param name="Event">The CloudEvent.</param>
public sealed record DeadLetter(string Id, DateTimeOffset At, string Group, string Source, long Position, string Type, int Failures, string Reason, JsonElement Event);
