using System.Reflection;

namespace Aspire.Hosting;

/// <summary>What the build has written into the AppHost's assembly.</summary>
internal static class AppHostMetadata
{
    /// <summary>Aspire's own key.</summary>
    private const string ProjectFolderKey = "apphostprojectpath";

    public static string? ProjectFolder(Assembly? assembly) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == ProjectFolderKey)?.Value is { } folder && Directory.Exists(folder) ? Path.TrimEndingDirectorySeparator(folder) : null;
}
