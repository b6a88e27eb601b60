using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Gaia.Tests.Conventions;

/// <summary>What the projects were compiled to, as far as types, members and their uses are concerned.</summary>
internal static class Assemblies
{
    public static string Repository => Path.GetFullPath(Path.Combine(Projects.Gaia_AppHost.ProjectPath, ".."));

    public static IEnumerable<IType> TypesOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(Repository, project, "bin", output.Parent!.Name, output.Name);
        return new ArchLoader().LoadFilteredDirectory(folder, $"{project}.dll").Build().Types;
    }
}
