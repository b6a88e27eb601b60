using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>The links between services and their servers, each led through a <see cref="FaultProxy"/> of the AppHost, so that it can be cut and slowed.</summary>
public sealed class LinkFaults : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Link>> links = new();

    /// <summary>Every link that a service has been given, by the name of its server, and what is wrong with it: null when nothing is.</summary>
    public IReadOnlyList<(string Server, string? Fault)> All =>
        [.. links.OrderBy(link => link.Key, StringComparer.Ordinal).Select(link => (link.Key, link.Value.Value.Fault))];

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
            await link.Value.Proxy.DisposeAsync();
        }
    }

    /// <summary>A connection string that leads through the link of its server.</summary>
    internal string Redirect(IResourceWithEndpoints server, string connectionString)
    {
        // Resolved by now: whoever is given the connection string waits for the server.
        var endpoint = server.GetEndpoints().First(endpoint => connectionString.Contains(endpoint.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var link = links.GetOrAdd(server.Name, _ => new(() => new(FaultProxy.Start(endpoint.Host, endpoint.Port)))).Value;

        // After ":" in addresses and after "Port=" in pairs.
        return Regex.Replace(connectionString, $"(?<=[:=]){endpoint.Port}(?![0-9])", $"{link.Proxy.Port}");
    }

    private async Task<bool> BreakAsync(string server, string fault, Action<FaultProxy> breakLink, TimeSpan duration, CancellationToken ct)
    {
        if (!links.TryGetValue(server, out var lazy) || !lazy.Value.TryBreak(fault))
        {
            return false;
        }

        var link = lazy.Value;
        breakLink(link.Proxy);
        try
        {
            await Task.Delay(duration, ct);
        }
        finally
        {
            link.Proxy.Heal();
            link.Mend();
        }

        return true;
    }

    private sealed class Link(FaultProxy proxy)
    {
        private string? fault;

        public FaultProxy Proxy => proxy;

        public string? Fault => Volatile.Read(ref fault);

        public bool TryBreak(string kind) => Interlocked.CompareExchange(ref fault, kind, null) is null;

        public void Mend() => Volatile.Write(ref fault, null);
    }
}
