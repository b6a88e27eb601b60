using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The AppHost's command line, and the keys of its configuration that others read.</summary>
internal static class AppHostConfiguration
{
    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Pipeline:OutputPath",
    };

    public static DistributedApplicationOperation Apply(HostApplicationBuilder host, string[] args, string appHostDirectory, string? projectFile)
    {
        host.Configuration.AddCommandLine(args, Switches);

        var publishes = string.Equals(host.Configuration["Publishing:Publisher"], "manifest", StringComparison.OrdinalIgnoreCase)
            || string.Equals(host.Configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase);

        // As in Aspire: volume names differ between checkouts, but not between machines that publish.
        var name = projectFile ?? host.Environment.ApplicationName;
        var path = Path.GetFullPath(Path.Join(appHostDirectory, name));
        var identity = publishes ? name : path.ToLowerInvariant();

        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = appHostDirectory,
            ["AppHost:Path"] = path,
            ["AppHost:Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity))),
        });

        return publishes ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run;
    }
}
