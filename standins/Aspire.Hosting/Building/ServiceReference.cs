namespace Aspire.Hosting.ApplicationModel;

/// <summary>A service that a resource calls, and which of its endpoints: all, or those named one by one.</summary>
internal sealed class ServiceReference(IResourceWithEndpoints service, string? name) : IResourceAnnotation
{
    private readonly HashSet<string> endpoints = new(StringComparer.OrdinalIgnoreCase);
    private bool all;

    public IResourceWithEndpoints Service => service;

    public void Add(string? endpointName)
    {
        if (endpointName is null)
        {
            all = true;
        }
        else
        {
            endpoints.Add(endpointName);
        }
    }

    /// <summary>Adds <c>AUTH_HTTP</c> for readers and <c>services__auth__http__0</c> for service discovery.</summary>
    public void AddTo(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        var serviceName = name ?? service.Name;
        var prefix = ResourceNames.ForEnvironment(name ?? service.Name.ToUpperInvariant());

        foreach (var endpoint in service.GetEndpoints().Where(e => all || endpoints.Contains(e.EndpointName)))
        {
            variables[$"{prefix}_{ResourceNames.ForEnvironment(endpoint.EndpointName).ToUpperInvariant()}"] = endpoint;

            var index = 0;
            while (variables.ContainsKey($"services__{serviceName}__{endpoint.Scheme}__{index}"))
            {
                index++;
            }

            variables[$"services__{serviceName}__{endpoint.Scheme}__{index}"] = endpoint;
        }
    }
}
