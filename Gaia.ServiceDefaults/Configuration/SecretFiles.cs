using Microsoft.Extensions.Configuration;

namespace Gaia;

/// <summary>Secrets in files, as Docker and Kubernetes mount them: <c>NAME_FILE</c> has the path of a file with the value of <c>NAME</c>.</summary>
public static class SecretFiles
{
    /// <summary>What follows the name of a variable in that of its file.</summary>
    public const string Suffix = "_FILE";

    /// <summary>Reads the files of all secret variables.</summary>
    /// <param name="configuration">The configuration that names them.</param>
    /// <returns>The values, and a line for each file that cannot be used.</returns>
    /// <exception cref="ArgumentNullException">There is no configuration.</exception>
    public static (Dictionary<string, string?> Values, IReadOnlyList<string> Refusals) Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = new Dictionary<string, string?>();
        var refusals = new List<string>();
        foreach (var name in EnvironmentVariables.All.Where(variable => variable.IsSecret).Select(variable => variable.Name))
        {
            if (configuration[name + Suffix] is not { Length: > 0 } file)
            {
                continue;
            }

            if (configuration[name] is { Length: > 0 })
            {
                refusals.Add($"{name} and {name}{Suffix}: expected one of them.");
            }
            else if (TryRead(file) is { Length: > 0 } value)
            {
                values[name] = value;
            }
            else
            {
                refusals.Add($"{name}{Suffix} is \"{file}\": expected a file that can be read and is not empty.");
            }
        }

        return (values, refusals);
    }

    private static string? TryRead(string file)
    {
        try
        {
            // Editors end a file with a line break that is not part of the secret.
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
