using System.Reflection;

namespace Aspire.Hosting;

/// <summary>What the build has written into the AppHost's assembly, under Aspire's own keys (AppHost.targets).</summary>
internal static class AppHostMetadata
{
    public static string? ProjectFolder(Assembly? assembly) =>
        Read(assembly, "apphostprojectpath") is { } folder && Directory.Exists(folder) ? folder : null;

    public static string? ProjectFile(Assembly? assembly) => Read(assembly, "apphostprojectname");

    private static string? Read(Assembly? assembly, string key) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;
}
