using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Events;

/// <summary>Events that groups of consumers have given up.</summary>
internal static class DeadLetterEndpoints
{
    private const int Limit = 100;

    public static async Task<Ok<DeadLetterList>> List(JournalStreams streams)
    {
        List<DeadLetter> letters = [];
        foreach (var source in EventSources.Of(EventTypePattern.All))
        {
            letters.AddRange(await DeadLetters.ReadAsync(streams.Database, streams.KeysOf(source), Limit));
        }

        return TypedResults.Ok(new DeadLetterList([.. letters.OrderByDescending(letter => letter.At).Take(Limit)]));
    }

    public static async Task<Results<Ok<DeadLetter>, ProblemHttpResult>> Retry(string id, JournalStreams streams) =>
        EventSources.Of(EventTypePattern.All).FirstOrDefault(source => id.StartsWith($"{source}:", StringComparison.Ordinal)) is { } source
        && await DeadLetters.RetryAsync(streams.Database, streams.KeysOf(source), id) is { } letter
            ? TypedResults.Ok(letter)
            : TypedResults.Problem("Dead letter not found", statusCode: StatusCodes.Status404NotFound);
}

internal sealed record DeadLetterList(IReadOnlyList<DeadLetter> DeadLetters);
