using System.Text.RegularExpressions;

namespace Gaia.Publishing.Configuration;

/// <summary>Writes into docker-compose.yml which variables it hands on to each service, and into .env.example what their defaults are.</summary>
internal static partial class EnvironmentFiles
{
    public const string Compose = "docker-compose.yml";
    public const string Example = ".env.example";

    /// <summary>The entry of the compose file for what all services read; the others have the names of services.</summary>
    private const string Everywhere = "x-settings";

    // The images say where files are stored.
    private const string AssetPath = "ASSET_PATH";

    /// <summary>Replaces the lines that hand on a variable as it is, <c>NAME: ${NAME:-}</c>. A line with a value of its own stays, and takes the place of such a line.</summary>
    public static string WriteCompose(string file)
    {
        List<string> written = [];
        foreach (var block in Blocks(file.Split('\n')))
        {
            var first = block.Lines.FindIndex(line => HandedOn().IsMatch(line));
            var kept = block.Lines.Where(line => !HandedOn().IsMatch(line)).ToList();
            if (first >= 0)
            {
                var indent = block.Lines[first][..^block.Lines[first].TrimStart().Length];
                kept.InsertRange(
                    block.Lines.Take(first).Count(line => !HandedOn().IsMatch(line)),
                    VariablesOf(block.Name).Where(name => !kept.Exists(line => line.TrimStart().StartsWith($"{name}:", StringComparison.Ordinal)))
                        .Select(name => $"{indent}{name}: ${{{name}:-}}"));
            }

            written.AddRange(kept);
        }

        return string.Join('\n', written);
    }

    /// <summary>Replaces values that are defaults of options.</summary>
    public static string WriteExample(string file) => string.Join('\n', file.Split('\n').Select(line =>
        line.Split('=') is [var name, { Length: > 0 }] && VariableDefaults.OfOption(name) is { } value ? $"{name}={value}" : line));

    private static IEnumerable<string> VariablesOf(string block) => EnvironmentVariables.All
        .Where(variable => block == Everywhere ? variable.Services is [] : variable.Services.Contains(block))
        .Select(variable => variable.Name)
        .Where(name => name != AssetPath);

    /// <summary>The parts of the compose file, each from the line of its name on.</summary>
    private static IEnumerable<(string Name, List<string> Lines)> Blocks(IEnumerable<string> lines)
    {
        var (name, block) = ("", new List<string>());
        foreach (var line in lines)
        {
            if (Name().Match(line) is { Success: true } next)
            {
                yield return (name, block);
                (name, block) = (next.Groups["name"].Value, []);
            }

            block.Add(line);
        }

        yield return (name, block);
    }

    [GeneratedRegex(@"^\s+(?<name>[A-Z][A-Z0-9_]+): \$\{\k<name>:-\}$")]
    private static partial Regex HandedOn();

    [GeneratedRegex(@"^(?:  )?(?<name>[a-z][a-z-]*):(?: &[a-z]+)?$")]
    private static partial Regex Name();
}
