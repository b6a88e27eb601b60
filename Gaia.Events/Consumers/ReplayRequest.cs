using System.Globalization;
using Gaia.Events.Journal;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>A request to deliver events to a group once more: an entry of <see cref="JournalKeys.Replays"/>.</summary>
/// <param name="Id">Of the entry.</param>
/// <param name="Group">Whose handlers get them.</param>
/// <param name="After">The position that they follow.</param>
/// <param name="Until">The position of the last one; null for all that the group has handled.</param>
/// <param name="Types">Which of them.</param>
public sealed record ReplayRequest(string Id, string Group, long After, long? Until, EventTypePattern Types)
{
    private const int Kept = 1_000;

    internal static ReplayRequest Of(StreamRecord entry) => new(
        entry.Id,
        entry.Fields["group"],
        long.Parse(entry.Fields["after"], CultureInfo.InvariantCulture),
        entry.Fields.TryGetValue("until", out var until) ? long.Parse(until, CultureInfo.InvariantCulture) : null,
        EventTypePattern.TryParse(entry.Fields["types"]) ?? EventTypePattern.All);

    /// <summary>Sends a request to the consumers of a group.</summary>
    public static Task SendAsync(IDatabase redis, JournalKeys keys, string group, long after, long? until, EventTypePattern types) => redis.StreamAddAsync(
        keys.Replays,
        [new("group", group), new("after", after), new("types", types.ToString()), .. until is { } end ? (NameValueEntry[])[new("until", end)] : []],
        maxLength: Kept,
        useApproximateMaxLength: true);
}
