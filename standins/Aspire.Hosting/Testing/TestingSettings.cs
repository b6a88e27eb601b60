using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What is different about a graph in a test.</summary>
internal static class TestingSettings
{
    private const string RandomizePorts = "DcpPublisher:RandomizePorts";

    public static void Apply(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings,
        string[] args,
        Assembly? assembly,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        settings.Args = [.. settings.Args ?? [], .. args];
        settings.Configuration ??= new();
        options.Args = settings.Args;
        options.KeepState = false;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;

        if (assembly is not null)
        {
            options.AssemblyName = settings.ApplicationName = assembly.GetName().Name;
            settings.ContentRootPath = AppHostMetadata.ProjectFolder(assembly);
        }

        configure(options, settings);

        // Last among the defaults, so that a test that wants the declared ports says so with an argument.
        if (settings.Configuration[RandomizePorts] is null)
        {
            settings.Configuration.AddInMemoryCollection([new(RandomizePorts, "true")]);
        }
    }
}
