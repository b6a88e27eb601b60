using Gaia.Chat.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Streams;

internal static class StreamEndpoints
{
    private const string LastEventIdHeader = "Last-Event-ID";
    private const string NotFound = "The caller has no answer of this request id, or had it too long ago.";

    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        var streams = routes.MapGroup("/api/v1/chat/streams").WithTags("Chat").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        streams.MapGet("/{requestId}", Resume).WithName("ResumeStream").StreamsEvents()
            .WithSummary("Resume a streamed answer")
            .WithDescription("Sends the events of an answer after `Last-Event-ID`, or all of them. The request id is the `X-Request-Id` of the answer.")
            .FailsWith(StatusCodes.Status400BadRequest, "`Last-Event-ID` is not the id of an event.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
        streams.MapDelete("/{requestId}", Stop).WithName("StopStream")
            .WithSummary("Stop a streamed answer").WithDescription("Stops an answer, on whichever node it runs. What was said until then is stored. Stopping a finished one is no error.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
    }

    private static async Task<StreamResult> Resume(
        string requestId,
        CurrentUser user,
        LiveStreams live,
        StreamArchive archive,
        CancellationToken ct,
        [FromHeader(Name = LastEventIdHeader)] string? lastEventId = null)
    {
        EventId last = default;
        if (!string.IsNullOrEmpty(lastEventId) && !EventId.TryParse(lastEventId, out last))
        {
            throw ChatException.Invalid("Last-Event-ID is not the id of an event", LastEventIdHeader);
        }

        var key = new StreamKey(user.Id!.Value, requestId);
        if (live.Find(key) is { } here && (last.Run is null || last.Run == here.Run))
        {
            return StreamResult.Of(here, last.Number);
        }

        return await archive.WaitForAsync(key, last.Run, ct) is { } stream
            ? new StreamResult(archive.ReadAsync(stream, last.Number, ct))
            : throw ChatException.NotFound("Stream");
    }

    /// <summary>Stopping what is over already is no error.</summary>
    private static async Task<NoContent> Stop(string requestId, CurrentUser user, StreamCancellation stops, StreamArchive archive, CancellationToken ct)
    {
        var key = new StreamKey(user.Id!.Value, requestId);
        if (stops.StopHere(key))
        {
            return TypedResults.NoContent();
        }

        var archived = await archive.FindAsync(key, run: null, ct);
        return archived is { IsOver: true } || await stops.StopElsewhereAsync(key, ct) || archived is not null
            ? TypedResults.NoContent()
            : throw ChatException.NotFound("Stream");
    }
}
