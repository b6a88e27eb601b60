using Gaia.Gateway.Audit;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>Lets <see cref="OwnWrites"/>, <see cref="ActiveStreams"/> and the audit log see requests and responses on their way.</summary>
internal sealed class ForwardingTransformer(OwnWrites writes, ActiveStreams streams) : HttpTransformer
{
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken) =>
        writes.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && proxyResponse.Headers.NonValidated.TryGetValues(AuditDetailHeader.Name, out var details))
        {
            httpContext.Features.Set(new AuditDetail(details.ToString()));
            proxyResponse.Headers.Remove(AuditDetailHeader.Name);
        }

        streams.Track(httpContext, proxyResponse);
        return writes.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
