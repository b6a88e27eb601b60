using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Runs what the build of the AppHost has built: <c>dotnet exec</c> of the project's assembly.</summary>
internal static class ProjectProcess
{
    /// <summary>AppHost.targets writes one assembly attribute per project under this key, with the path of the project after it.</summary>
    private const string OutputKey = "projectoutput:";

    public static Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken)
    {
        var name = context.Resource.Name;
        var project = context.Resource.Annotations.OfType<IProjectMetadata>().Last();
        var assembly = project.GetType().Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == OutputKey + project.ProjectPath)?.Value
            ?? throw new StartFailure(name, $"the AppHost does not know what {project.ProjectPath} builds", "Reference the project from the AppHost.");

        return File.Exists(assembly)
            ? Task.FromResult(new ProcessSpec(Host(name), ["exec", assembly, .. context.Arguments])
            {
                WorkingDirectory = Path.GetDirectoryName(project.ProjectPath),
                Environment = context.Environment,
            })
            : throw new StartFailure(name, $"{assembly} does not exist", "Build the AppHost: dotnet build.");
    }

    /// <summary>The host that runs the AppHost itself, when it is dotnet; the one from PATH when the AppHost was started by its own launcher.</summary>
    private static string Host(string name) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? Environment.ProcessPath!
            : Programs.Find("dotnet", name, "Install the .NET runtime, or add it to PATH.");
}
