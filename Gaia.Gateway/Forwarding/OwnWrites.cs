using Gaia.Caching.Outbox;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Conventions;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>
/// Callers read their own writes: what a service says it has changed is applied to this gateway's cache before the caller gets the answer, and goes with the
/// caller's next requests to whichever instance serves them. No server has to be available for that. With <see cref="PositionHeader"/> callers take it to other
/// gateways.
/// </summary>
internal sealed class OwnWrites(ChangedKeys changes, RecentChanges recent, PositionHeader positions) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        if (Subject(httpContext) is { } caller && recent.Find(caller) is { } header)
        {
            proxyRequest.Headers.TryAddWithoutValidation(ChangedKeys.Header, header);
        }
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && proxyResponse.Headers.NonValidated.TryGetValues(ChangedKeys.Header, out var values))
        {
            foreach (var header in values)
            {
                changes.Apply(header);
                if (Subject(httpContext) is { } caller)
                {
                    recent.Add(caller, header);
                    httpContext.Response.Headers[PositionHeader.Name] = recent.Find(caller) is { } all ? positions.Write(all) : default;
                }
            }

            proxyResponse.Headers.Remove(ChangedKeys.Header);
        }

        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static Guid? Subject(HttpContext context) => context.Features.Get<Caller>()?.Principal.Subject;
}
