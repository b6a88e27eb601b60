using Gaia.Caching;
using Gaia.Gateway.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Personas;

/// <summary>
/// Hands on what changes personas, and gives the answer back only when this gateway has heard of the change: whoever wrote through it reads there what they wrote.
/// </summary>
internal sealed class PersonaWrites(CacheLog log) : HttpTransformer
{
    /// <summary>What is not heard of in this time is bounded by the cache's staleness alone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is { IsSuccessStatusCode: true })
        {
            await log.CatchUpAsync(Patience, cancellationToken);
        }

        return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
