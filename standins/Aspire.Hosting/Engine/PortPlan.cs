using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>
/// Which ports a run uses. A process with one copy listens on the endpoint's public port itself; with several copies, or a target port of
/// its own, every process has its port and a forwarder listens on the public one.
/// </summary>
internal sealed class PortPlan : IAsyncDisposable
{
    private readonly Dictionary<(string Instance, string Endpoint), int> ports = [];
    private readonly List<int> chosen = [];
    private readonly List<Forwarder> forwarders = [];

    public int PortOf(string instance, string endpoint) => ports[(instance, endpoint)];

    public void Allocate(IResource resource, bool randomize)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var declared = randomize && endpoint.IsProxied ? null : endpoint.Port;
            if (declared is { } wanted && !Ports.IsFree(wanted))
            {
                throw new StartFailure(
                    resource.Name, $"port {wanted} is taken", "Stop the program that has it, or choose another port for this endpoint.");
            }

            var port = declared ?? Choose();
            var instances = ResourceInstances.Of(resource);
            var target = resource is ContainerResource || !endpoint.IsProxied ? null : endpoint.TargetPort;
            var direct = instances.Length == 1 && (target is null || target == port);

            foreach (var instance in instances)
            {
                ports[(instance, endpoint.Name)] = direct ? port : target ?? Choose();
            }

            if (!direct)
            {
                forwarders.Add(new(port, endpoint.TargetHost, [.. instances.Select(i => PortOf(i, endpoint.Name))]));
            }

            endpoint.AllocatedEndpoint = new(endpoint, "localhost", port, Placeholders.Port(endpoint.Name));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var forwarder in forwarders)
        {
            await forwarder.DisposeAsync();
        }

        Ports.GiveBack(chosen);
    }

    private int Choose()
    {
        var port = Ports.Free();
        chosen.Add(port);
        return port;
    }
}
