using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Gaia.Gateway.Services;

/// <summary>
/// Where services are, as service discovery says; several instances take turns. Asked once per change instead of once per request: that cost more than the
/// whole of admission.
/// </summary>
internal sealed class Destinations(ServiceEndpointResolver resolver)
{
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <returns>The beginning of an address, such as <c>http://127.0.0.1:5001/</c>.</returns>
    public ValueTask<string> NextAsync(string service, CancellationToken ct) =>
        known.TryGetValue(service, out var instances) && !instances.Changes.HasChanged ? new(instances.Next()) : AskAsync(service, ct);

    private async ValueTask<string> AskAsync(string service, CancellationToken ct)
    {
        var found = await resolver.GetEndpointsAsync($"http://{service}", ct);
        string[] prefixes = [.. found.Endpoints.Select(endpoint => PrefixOf(endpoint.EndPoint))];
        var instances = new Known(prefixes is [] ? [$"http://{service}"] : prefixes, found.ChangeToken);
        known[service] = instances;
        return instances.Next();
    }

    private static string PrefixOf(EndPoint endpoint) => endpoint switch
    {
        UriEndPoint address => address.Uri.ToString(),
        DnsEndPoint { Port: 0 } name => $"http://{name.Host}",
        DnsEndPoint name => $"http://{name.Host}:{name.Port}",
        _ => $"http://{endpoint}",
    };

    private sealed class Known(string[] prefixes, IChangeToken changes)
    {
        private uint turn;

        public IChangeToken Changes => changes;

        public string Next() => prefixes is [var only] ? only : prefixes[Interlocked.Increment(ref turn) % (uint)prefixes.Length];
    }
}
