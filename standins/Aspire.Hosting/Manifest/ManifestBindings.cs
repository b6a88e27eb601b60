using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the endpoints of resources, and gives ports to those that need one and have none, from 8000 upwards.</summary>
internal sealed class ManifestBindings(Utf8JsonWriter json)
{
    private readonly HashSet<int> used = [];
    private int next = 8000;

    public void Write(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        json.WriteStartObject("bindings");
        HashSet<string> schemes = [];
        foreach (var endpoint in endpoints)
        {
            var first = endpoint.UriScheme is "http" or "https" && schemes.Add(endpoint.UriScheme);
            Write(resource, endpoint, first);
        }

        json.WriteEndObject();
    }

    private void Write(IResource resource, EndpointAnnotation endpoint, bool firstOfScheme)
    {
        // The deployment gives a project its first http and https port; a container listens where it is published unless it says otherwise.
        int? target = (endpoint.TargetPort, resource) switch
        {
            ({ } given, _) => given,
            (null, ContainerResource) when endpoint.Port is { } published => published,
            (null, ProjectResource) when firstOfScheme => null,
            _ => Allocate(),
        };
        var exposed = endpoint.Port ?? (target is null && endpoint.UriScheme is not ("http" or "https") ? Allocate() : null);
        Use(exposed);
        Use(target);

        json.WriteStartObject(endpoint.Name);
        json.WriteString("scheme", endpoint.UriScheme);
        json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
        json.WriteString("transport", endpoint.Transport);

        if (exposed is { } port && port != target)
        {
            json.WriteNumber("port", port);
        }

        if (target is { } listening)
        {
            json.WriteNumber("targetPort", listening);
        }

        if (endpoint.IsExternal)
        {
            json.WriteBoolean("external", true);
        }

        json.WriteEndObject();
    }

    private int Allocate()
    {
        while (used.Contains(next))
        {
            next++;
        }

        return next;
    }

    private void Use(int? port)
    {
        if (port is { } taken)
        {
            used.Add(taken);
        }
    }
}
