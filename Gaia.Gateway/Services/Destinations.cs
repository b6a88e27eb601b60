using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Gaia.Gateway.Services;

/// <summary>
/// Where services are, as service discovery says; several instances take turns. Asked once per change instead of once per request: that cost more than the
/// whole of admission. An instance that did not answer in time is passed over for a second, and then tried by one request at a time.
/// </summary>
internal sealed class Destinations(ServiceEndpointResolver resolver, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>For how long the request that tries is not joined by another.</summary>
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <exception cref="HttpRequestException">No instance has answered lately, and another request tries.</exception>
    public ValueTask<Destination> NextAsync(string service, CancellationToken ct) =>
        known.TryGetValue(service, out var instances) && !instances.Changes.HasChanged ? new(Next(service, instances)) : AskAsync(service, ct);

    /// <summary>To be called when it did not answer in time.</summary>
    public void PassOver(Destination destination) => destination.PassedOverUntil = time.GetTimestamp() + Ticks(Pause);

    private async ValueTask<Destination> AskAsync(string service, CancellationToken ct)
    {
        var found = await resolver.GetEndpointsAsync($"http://{service}", ct);
        string[] prefixes = [.. found.Endpoints.Select(endpoint => PrefixOf(endpoint.EndPoint))];
        var instances = new Known([.. (prefixes is [] ? [$"http://{service}"] : prefixes).Select(prefix => new Destination(prefix))], found.ChangeToken);
        known[service] = instances;
        return Next(service, instances);
    }

    private Destination Next(string service, Known instances)
    {
        for (var tried = 0; tried < instances.Count; tried++)
        {
            if (instances.Next() is var destination && (destination.PassedOverUntil is 0 || MayTry(destination)))
            {
                return destination;
            }
        }

        throw new HttpRequestException(HttpRequestError.ConnectionError, $"{service} does not answer.");
    }

    private bool MayTry(Destination destination)
    {
        var (until, now) = (destination.PassedOverUntil, time.GetTimestamp());
        return until <= now && destination.TryExtend(until, now + Ticks(Trial));
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

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

        public int Count => instances.Length;

        public Destination Next() => instances is [var only] ? only : instances[Interlocked.Increment(ref turn) % (uint)instances.Length];
    }
}

/// <summary>One instance of a service.</summary>
/// <param name="prefix">The beginning of its address, such as <c>http://127.0.0.1:5001/</c>.</param>
internal sealed class Destination(string prefix)
{
    private long passedOverUntil;

    public string Prefix => prefix;

    /// <summary>A timestamp; 0: it is used.</summary>
    public long PassedOverUntil
    {
        get => Volatile.Read(ref passedOverUntil);
        set => Volatile.Write(ref passedOverUntil, value);
    }

    /// <summary>To be called when it answered.</summary>
    public void Use()
    {
        if (PassedOverUntil is not 0)
        {
            PassedOverUntil = 0;
        }
    }

    /// <returns>False: another request has done so.</returns>
    public bool TryExtend(long from, long to) => Interlocked.CompareExchange(ref passedOverUntil, to, from) == from;
}
