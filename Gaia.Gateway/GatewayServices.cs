using Gaia.Gateway.Admission;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Health;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway;

internal static class GatewayServices
{
    public static void AddGatewayServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAdmission();

        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, DiscoveringClientFactory>();
        builder.Services.AddSingleton<ServiceClient>();
        builder.Services.AddSingleton<ServiceForwarder>();

        builder.Services.AddSingleton<ServiceProbe>();
        builder.Services.AddSingleton<HealthReporter>();
    }
}
