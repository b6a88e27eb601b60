using Microsoft.Extensions.ServiceDiscovery.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>Resolves destinations such as "http://chat" by service discovery.</summary>
internal sealed class DiscoveringClientFactory(IServiceDiscoveryHttpMessageHandlerFactory discovery) : ForwarderHttpClientFactory
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        discovery.CreateHandler(base.WrapHandler(context, handler));
}
