using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using StackExchange.Redis;

namespace Gaia.Events.Journal;

/// <summary>Reads ranges of a journal: from the stream, and what that no longer has from the archive.</summary>
internal sealed class JournalReader(JournalKeys keys, HttpClient? archive)
{
    /// <summary>Reads the events after a position, up to and with another one.</summary>
    /// <returns>At most <paramref name="count"/> events; fewer, or none, when neither has them.</returns>
    /// <exception cref="IOException">The stream no longer reaches that far: it was lost, and its service has yet to append all of it again.</exception>
    public async Task<IReadOnlyList<JournalEntry>> ReadAsync(IDatabase redis, long after, long until, int count, CancellationToken ct)
    {
        var found = await ReadStreamAsync(redis, after, until, count);
        if (found is [] || found[0].Position != after + 1)
        {
            var end = (string)(await redis.StreamInfoAsync(keys.Events)).LastGeneratedId!;
            if (JournalEntry.PositionOf(end) < until)
            {
                throw new IOException($"The stream of {keys.Source} ends before {until}: it is being appended again.");
            }

            // It may have been appended again meanwhile.
            found = await ReadStreamAsync(redis, after, until, count);
        }

        if (found is [var first, ..] && first.Position == after + 1)
        {
            return found;
        }

        var missing = await ReadArchiveAsync(after, found is [] ? until : found[0].Position - 1, count, ct);
        return [.. missing, .. found.Take(count - missing.Count)];
    }

    private async Task<JournalEntry[]> ReadStreamAsync(IDatabase redis, long after, long until, int count) =>
        [.. (await redis.StreamRangeAsync(keys.Events, JournalEntry.IdOf(after + 1), JournalEntry.IdOf(until), count)).Select(entry => StreamRecord.Of(entry).ToEvent())];

    private async Task<List<JournalEntry>> ReadArchiveAsync(long after, long until, int count, CancellationToken ct)
    {
        List<JournalEntry> events = [];
        if (archive is null || after >= until)
        {
            return events;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/admin/events?follow=false&after={keys.Source}:{after}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var answer = await archive.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(ct))
        {
            var position = EventFormat.Read<JsonElement>(item.Data).Position;
            if (position > until || events.Count == count)
            {
                break;
            }

            events.Add(new(position, item.EventType, item.Data));
        }

        return events;
    }
}
