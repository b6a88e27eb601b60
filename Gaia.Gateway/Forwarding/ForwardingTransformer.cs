using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>Lets <see cref="OwnWrites"/> and <see cref="ActiveStreams"/> see requests and responses on their way.</summary>
internal sealed class ForwardingTransformer(OwnWrites writes, ActiveStreams streams) : HttpTransformer
{
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken) =>
        writes.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        streams.Track(httpContext, proxyResponse);
        return writes.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
