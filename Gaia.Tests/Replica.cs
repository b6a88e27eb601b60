using Aspire.Hosting.ApplicationModel;
using Gaia.Hosting;

namespace Gaia.Tests;

/// <summary>One process of a service that runs several times behind one address.</summary>
/// <param name="Id">Its resource id in the AppHost.</param>
/// <param name="Process">Its process id.</param>
/// <param name="Address">The address it listens on.</param>
public sealed record Replica(string Id, int Process, Uri Address)
{
    /// <summary>The process id is a property, the address what the process was told to listen on.</summary>
    internal static Replica Of(ResourceEvent e) => new(
        e.ResourceId,
        e.ProcessId()!.Value,
        new Uri(e.Snapshot.EnvironmentVariables.Single(v => v.Name == "ASPNETCORE_URLS").Value!));

    public HttpClient Client() => new() { BaseAddress = Address };
}
