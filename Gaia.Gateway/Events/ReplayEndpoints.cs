using System.ComponentModel.DataAnnotations;
using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Events.Facts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Events;

/// <summary>Delivers events to a group of consumers once more.</summary>
internal static class ReplayEndpoints
{
    public static async Task<Results<Ok<Replay>, ProblemHttpResult>> Replay(
        ReplayDraft draft, EventArchiveClient archive, JournalStreams streams, CancellationToken ct)
    {
        if (EventTypePattern.TryParse(draft.Type) is not { } types)
        {
            return TypedResults.Problem($"type: {EventTypePattern.Expected}", statusCode: StatusCodes.Status400BadRequest);
        }

        List<ReplayOfSource> replays = [];
        foreach (var source in EventSources.Of(types))
        {
            if (await HasGroupAsync(streams, source, draft.Group))
            {
                var after = draft.From is { } from ? await archive.FindPositionAsync(source, from, ct) : 0;
                replays.Add(new(source, after, await archive.CountAsync(source, after, types, ct)));
                if (!draft.DryRun)
                {
                    await ReplayRequest.SendAsync(streams.Database, streams.KeysOf(source), draft.Group, after, until: null, types);
                }
            }
        }

        return replays is [] ? TypedResults.Problem("Group not found", statusCode: StatusCodes.Status404NotFound) : TypedResults.Ok(new Replay(draft.Group, draft.DryRun, replays));
    }

    private static async Task<bool> HasGroupAsync(JournalStreams streams, string source, string group) =>
        streams.KeysOf(source).Events is var key && await streams.Database.KeyExistsAsync(key) && (await streams.Database.StreamGroupInfoAsync(key)).Any(known => known.Name == group);
}

/// <param name="Group">Whose handlers get the events.</param>
/// <param name="From">The time of the first; all when null.</param>
/// <param name="Type">A type, or its beginning and <c>*</c>; every type when null.</param>
/// <param name="DryRun">Counts only.</param>
public sealed record ReplayDraft([Required, StringLength(100, MinimumLength = 1)] string Group, DateTimeOffset? From = null, string? Type = null, bool DryRun = false);

internal sealed record Replay(string Group, bool DryRun, IReadOnlyList<ReplayOfSource> Sources);

/// <param name="After">The position that the first event follows.</param>
/// <param name="Events">How many there are; the group gets those of them that it has been given before.</param>
internal sealed record ReplayOfSource(string Source, long After, int Events);
