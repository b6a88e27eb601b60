using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>The process that runs a resource.</summary>
public static class ResourceProcess
{
    /// <returns>Null when none runs, or it is not one of this machine's.</returns>
    public static int? ProcessId(this ResourceEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } pid ? Convert.ToInt32(pid, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The container that runs a resource.</summary>
    /// <returns>Null when none does.</returns>
    public static string? ContainerId(this ResourceEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Snapshot.Properties.FirstOrDefault(property => property.Name == "container.id")?.Value as string;
    }
}
