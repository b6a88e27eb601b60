using Gaia.Chat.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Streams;

internal static class StreamEndpoints
{
    private const string LastEventIdHeader = "Last-Event-ID";

    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        var streams = routes.MapGroup("/api/v1/chat/streams").WithTags("Chat").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        streams.MapGet("/{requestId}", Resume).WithName("ResumeStream").StreamsEvents();
        streams.MapDelete("/{requestId}", Stop).WithName("StopStream");
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
