using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Gaia.Gateway.Services;

/// <summary>
/// Where services are, as service discovery says; several instances take turns. Asked once per change instead of once per request: that cost more than the
/// whole of admission. Instances that are passed over are no one's turn.
/// </summary>
internal sealed class Destinations(ServiceEndpointResolver resolver)
{
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <param name="service">Its name.</param>
    /// <param name="anyway">Whether an instance that is passed over will do when there is no other.</param>
    /// <param name="ct">Ends the wait for service discovery.</param>
    /// <exception cref="HttpRequestException">All instances are passed over.</exception>
    public ValueTask<Destination> NextAsync(string service, bool anyway, CancellationToken ct) =>
        known.TryGetValue(service, out var instances) && !instances.Changes.HasChanged ? new(Next(service, instances, anyway)) : AskAsync(service, anyway, ct);

    /// <summary>Whether it is still an instance of the service, as far as service discovery has said.</summary>
    public bool IsKnown(string service, Destination destination) =>
        known.TryGetValue(service, out var instances) && !instances.Changes.HasChanged && instances.Has(destination);

    private async ValueTask<Destination> AskAsync(string service, bool anyway, CancellationToken ct)
    {
        var found = await resolver.GetEndpointsAsync($"http://{service}", ct);
        string[] prefixes = [.. found.Endpoints.Select(endpoint => PrefixOf(endpoint.EndPoint))];
        var instances = new Known([.. (prefixes is [] ? [$"http://{service}"] : prefixes).Select(prefix => new Destination(prefix))], found.ChangeToken);
        known[service] = instances;
        return Next(service, instances, anyway);
    }

    private static Destination Next(string service, Known instances, bool anyway) =>
        instances.Next() ?? (anyway ? instances.First : throw new HttpRequestException(HttpRequestError.ConnectionError, $"{service} does not answer."));

    private static string PrefixOf(EndPoint endpoint) => endpoint switch
    {
        UriEndPoint address => address.Uri.ToString(),
        DnsEndPoint { Port: 0 } name => $"http://{name.Host}",
        DnsEndPoint name => $"http://{name.Host}:{name.Port}",
        _ => $"http://{endpoint}",
    };

    private sealed class Known(Destination[] instances, IChangeToken changes)
    {
        private uint turn;

        public IChangeToken Changes => changes;

        public Destination First => instances[0];

        public bool Has(Destination destination) => instances.Contains(destination);

        /// <returns>Null when all are passed over.</returns>
        public Destination? Next()
        {
            var first = instances.Length == 1 ? 0 : Interlocked.Increment(ref turn);
            for (uint i = 0; i < instances.Length; i++)
            {
                if (instances[(first + i) % (uint)instances.Length] is { IsPassedOver: false } destination)
                {
                    return destination;
                }
            }

            return null;
        }
    }
}
