using System.Net.Mime;
using Gaia.Events;
using Gaia.Events.Facts;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Forwarding;

namespace Gaia.Gateway.Events;

/// <summary>The journal, for administrators: what happened and happens, replays and dead letters.</summary>
internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";
    private const string BadPosition = "after: expected 0, or the positions of one or more journals such as auth:12,chat:340.";
    private const string BadType = $"type: {EventTypePattern.Expected}";

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/api/v1/admin/events").WithTags("Events")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin)).AddEndpointFilter<JournalRequired>()
            .FailsWith(StatusCodes.Status409Conflict, JournalRequired.Off);
        events.MapGet("", Read).WithName("ReadEvents").WithSummary("Read events")
            .WithDescription(
                "Streams CloudEvents of all services as server-sent events: those after the positions in `after` (or the header `Last-Event-ID`), or since the time in `from`, "
                + "then those that come, unless `follow` is false. The id of each says where to go on; journals that `after` does not name are left out.")
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.EventStream)
            .FailsWith(StatusCodes.Status400BadRequest, "`after` or `type` cannot be read.")
            .FailsWith(StatusCodes.Status503ServiceUnavailable, "A service does not answer where its journal ends.");
        events.MapPost("/replays", ReplayEndpoints.Replay).WithName("ReplayEvents").WithSummary("Deliver events once more")
            .WithDescription("Has the consumers of a group handle the events since a time once more; with `dry_run` it only counts them.")
            .FailsWith(StatusCodes.Status400BadRequest, "`type` cannot be read.")
            .FailsWith(StatusCodes.Status404NotFound, "No journal has such a group.");
        events.MapGet("/dead", DeadLetterEndpoints.List).WithName("ListDeadLetters").WithSummary("List dead letters")
            .WithDescription("Events that a group of consumers has given up, newest first.");
        events.MapPost("/dead/{id}/retry", DeadLetterEndpoints.Retry).WithName("RetryDeadLetter").WithSummary("Deliver a dead letter once more")
            .WithDescription("Has the group handle the event once more, and takes it off the list.")
            .FailsWith(StatusCodes.Status404NotFound, "No dead letter has this id.");
    }

    private static async Task<IResult> Read(
        EventFeed feed,
        EventArchiveClient archive,
        ActiveStreams streams,
        TimeProvider clock,
        HttpContext context,
        CancellationToken ct,
        string? after = null,
        DateTimeOffset? from = null,
        string? type = null,
        bool follow = true)
    {
        if (EventTypePattern.TryParse(type) is not { } types)
        {
            return TypedResults.Problem(BadType, statusCode: StatusCodes.Status400BadRequest);
        }

        var sources = EventSources.Of(types);
        var given = context.Request.Headers[LastEventId].FirstOrDefault() ?? after;
        var positions = given is null ? await FindAsync(archive, sources, from, ct) : EventPositions.TryParse(given, sources);
        if (positions is null)
        {
            return TypedResults.Problem(BadPosition, statusCode: StatusCodes.Status400BadRequest);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return new EventStreamResult(AsyncEnumerable.Empty<FeedEvent>(), clock);
        }

        streams.Track(context);
        return new EventStreamResult(feed.ReadAsync(positions, types, follow, context.RequestAborted), clock);
    }

    private static async Task<Dictionary<string, long>> FindAsync(EventArchiveClient archive, IReadOnlyList<string> sources, DateTimeOffset? from, CancellationToken ct)
    {
        Dictionary<string, long> positions = [];
        foreach (var source in sources)
        {
            positions[source] = await archive.FindPositionAsync(source, from, ct);
        }

        return positions;
    }
}
