using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>
/// The links between services and their servers, and between regions, each led through <see cref="FaultProxy"/> instances of the AppHost, so that it can be cut
/// and slowed.
/// </summary>
public sealed class LinkFaults : IAsyncDisposable
{
    /// <summary>The name of the link over which other regions reach home.</summary>
    public const string BetweenRegions = "regions";

    private readonly ConcurrentDictionary<string, Link> links = new();

    /// <summary>Every link that a service has been given, by the name of its server, and what is wrong with it: null when nothing is.</summary>
    public IReadOnlyList<(string Server, string? Fault)> All => [.. links.OrderBy(link => link.Key, StringComparer.Ordinal).Select(link => (link.Key, link.Value.Fault))];

    /// <summary>Closes open connections and refuses new ones, until the time is over or it is cancelled.</summary>
    /// <returns>False when there is no such link, or something is wrong with it already.</returns>
    public Task<bool> CutAsync(string server, TimeSpan duration, CancellationToken cancellationToken) => BreakAsync(server, "cut", static proxy => proxy.Cut(), duration, cancellationToken);

    /// <summary>Delays every answer by the time given, until the duration is over or it is cancelled.</summary>
    /// <returns>False when there is no such link, or something is wrong with it already.</returns>
    public Task<bool> SlowAsync(string server, TimeSpan delay, TimeSpan duration, CancellationToken cancellationToken) =>
        BreakAsync(server, "slow", proxy => proxy.Delay(delay / 2), duration, cancellationToken);

    /// <summary>Closes the links.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in links.Values)
        {
            await link.DisposeAsync();
        }
    }

    /// <summary>A connection string that leads through the link of its server.</summary>
    internal string Redirect(IResourceWithEndpoints server, string connectionString)
    {
        // Resolved by now: whoever is given the connection string waits for the server.
        var endpoint = server.GetEndpoints().First(endpoint => connectionString.Contains(endpoint.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

        // After ":" in addresses and after "Port=" in pairs.
        return Regex.Replace(connectionString, $"(?<=[:=]){endpoint.Port}(?![0-9])", $"{PortOf(server.Name, endpoint)}");
    }

    /// <summary>The address of a link to an endpoint, without a scheme.</summary>
    internal string Redirect(string link, EndpointReference endpoint) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{PortOf(link, endpoint)}");

    private int PortOf(string link, EndpointReference endpoint) => links.GetOrAdd(link, _ => new()).ProxyTo(endpoint.Host, endpoint.Port).Port;

    private async Task<bool> BreakAsync(string server, string fault, Action<FaultProxy> breakLink, TimeSpan duration, CancellationToken ct)
    {
        if (!links.TryGetValue(server, out var link) || !link.TryBreak(fault))
        {
            return false;
        }

        link.ForEach(breakLink);
        try
        {
            await Task.Delay(duration, ct);
        }
        finally
        {
            link.ForEach(static proxy => proxy.Heal());
            link.Mend();
        }

        return true;
    }

    /// <summary>One server's, or those of several.</summary>
    private sealed class Link : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<(string Host, int Port), Lazy<FaultProxy>> proxies = new();
        private string? fault;

        public string? Fault => Volatile.Read(ref fault);

        public FaultProxy ProxyTo(string host, int port) => proxies.GetOrAdd((host, port), _ => new(() => FaultProxy.Start(host, port))).Value;

        public void ForEach(Action<FaultProxy> action)
        {
            foreach (var proxy in proxies.Values)
            {
                action(proxy.Value);
            }
        }

        public bool TryBreak(string kind) => Interlocked.CompareExchange(ref fault, kind, null) is null;

        public void Mend() => Volatile.Write(ref fault, null);

        public async ValueTask DisposeAsync()
        {
            foreach (var proxy in proxies.Values)
            {
                await proxy.Value.DisposeAsync();
            }
        }
    }
}
