using System.Globalization;
using System.Text.Json;
using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Gaia.Events.Journal;
using Microsoft.AspNetCore.Http.HttpResults;
using StackExchange.Redis;

namespace Gaia.Gateway.Events;

/// <summary>Events that groups of consumers have given up.</summary>
internal static class DeadLetterEndpoints
{
    private const int Limit = 100;

    public static async Task<Ok<DeadLetterList>> List(IConnectionMultiplexer redis, IConfiguration configuration)
    {
        List<DeadLetter> letters = [];
        foreach (var source in EventSources.Of(EventTypePattern.All))
        {
            var entries = await redis.GetDatabase().StreamRangeAsync(KeysOf(configuration, source).DeadLetters, count: Limit, messageOrder: Order.Descending);
            letters.AddRange(entries.Select(entry => DeadLetter.Of(source, entry)));
        }

        return TypedResults.Ok(new DeadLetterList([.. letters.OrderByDescending(letter => letter.At).Take(Limit)]));
    }

    public static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> Retry(string id, IConnectionMultiplexer redis, IConfiguration configuration)
    {
        if (id.Split(':') is not [var source, var entryId] || !EventSources.Of(EventTypePattern.All).Contains(source) || !IsEntryId(entryId))
        {
            return NotFound();
        }

        var (database, keys) = (redis.GetDatabase(), KeysOf(configuration, source));
        if (await database.StreamRangeAsync(keys.DeadLetters, entryId, entryId, count: 1) is not [var entry])
        {
            return NotFound();
        }

        var letter = DeadLetter.Of(source, entry);
        await ReplayRequest.SendAsync(database, keys, letter.Group, letter.Position - 1, letter.Position, EventTypePattern.TryParse(letter.Type)!);
        await database.StreamDeleteAsync(keys.DeadLetters, [entryId]);
        return TypedResults.Ok(letter);
    }

    private static bool IsEntryId(string text) => text.Split('-') is [var time, var number]
        && ulong.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out _) && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static ProblemHttpResult NotFound() => TypedResults.Problem("Dead letter not found", statusCode: StatusCodes.Status404NotFound);

    private static JournalKeys KeysOf(IConfiguration configuration, string source) => new(configuration["CACHE_KEY_PREFIX"] ?? "", source);
}

internal sealed record DeadLetterList(IReadOnlyList<DeadLetter> DeadLetters);

/// <param name="Id">What it is delivered once more by.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Position">Of the event in its journal.</param>
/// <param name="Failures">How often it was tried.</param>
/// <param name="Reason">Why the last attempt failed.</param>
/// <param name="Event">The CloudEvent.</param>
internal sealed record DeadLetter(string Id, DateTimeOffset At, string Group, string Source, long Position, string Type, int Failures, string Reason, JsonElement Event)
{
    public static DeadLetter Of(string source, StreamEntry entry)
    {
        var id = (string)entry.Id!;
        return new(
            $"{source}:{id}",
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id.AsSpan(0, id.IndexOf('-')), CultureInfo.InvariantCulture)),
            entry["group"]!,
            source,
            (long)entry["position"],
            entry["type"]!,
            (int)entry["failures"],
            entry["reason"]!,
            JsonElement.Parse((string)entry["event"]!));
    }
}
