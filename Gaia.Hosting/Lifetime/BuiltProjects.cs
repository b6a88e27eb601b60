using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>Starts services faster than Aspire's <c>dotnet run --no-build</c>, which is a process and a second for each.</summary>
public static class BuiltProjects
{
    /// <summary>Runs the programs that the build of the AppHost made of its projects. A project without one is run as Aspire does it.</summary>
    public static void RunBuiltProjects(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Such as Release/net10.0: projects are built with what refers to them.
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            var file = project.GetProjectMetadata().ProjectPath;
            var folder = Path.GetDirectoryName(file)!;
            var program = Path.Combine(folder, "bin", framework.Parent!.Name, framework.Name, Path.GetFileNameWithoutExtension(file) + (OperatingSystem.IsWindows() ? ".exe" : ""));
            if (File.Exists(program))
            {
                builder.CreateResourceBuilder(project).WithAnnotation(new ExecutableAnnotation { Command = program, WorkingDirectory = folder });
            }
        }
    }
}
