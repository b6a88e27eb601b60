using System.Net.ServerSentEvents;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Forwarding;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Console;

/// <summary>What all nodes do at this moment, as server-sent events.</summary>
internal static class LiveEndpoint
{
    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/live", Watch).WithName("WatchLiveFigures").WithTags("Cache administration")
            .WithSummary("Watch live figures")
            .WithDescription("Streams the requests, rate limit decisions and cache hits of all nodes, once a second, as server-sent events.")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));

    private static ServerSentEventsResult<object> Watch(LiveTicker ticker, ActiveStreams streams, HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return TypedResults.ServerSentEvents(AsyncEnumerable.Empty<SseItem<object>>());
        }

        streams.Track(context);
        return TypedResults.ServerSentEvents(ticker.WatchAsync(context.RequestAborted));
    }
}
