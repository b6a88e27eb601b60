using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions Lenient = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profile that applies: the one asked for, else the AppHost's own when the project has it, else the project's first.</summary>
    public static (string Name, LaunchProfile Profile)? Choose(IProjectMetadata project, ProjectResourceOptions options, IConfiguration configuration)
    {
        if (options.ExcludeLaunchProfile || Read(project) is not { } settings)
        {
            return null;
        }

        if (options.LaunchProfileName is { Length: > 0 } asked)
        {
            return settings.Profiles.TryGetValue(asked, out var profile)
                ? (asked, profile)
                : throw new DistributedApplicationException($"Launch settings of '{project.ProjectPath}' have no '{asked}' launch profile.");
        }

        var usual = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        if (usual is not null && settings.Profiles.TryGetValue(usual, out var same))
        {
            return (usual, same);
        }

        var first = settings.Profiles.FirstOrDefault(p => ResourceNames.Same(p.Value.CommandName, "Project"));
        return first.Key is null ? null : (first.Key, first.Value);
    }

    private static LaunchSettings? Read(IProjectMetadata project)
    {
        if (project.LaunchSettings is { } given)
        {
            return given;
        }

        var file = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(file), Lenient) : null;
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"The launch settings file '{file}' is not valid JSON.", e);
        }
    }
}
