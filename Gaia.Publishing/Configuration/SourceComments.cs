using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gaia.Publishing.Configuration;

/// <summary>What the source says of types and properties, in one line of Markdown each.</summary>
internal sealed partial class SourceComments
{
    private readonly Dictionary<string, string> comments = [];

    /// <param name="folder">The repository.</param>
    public SourceComments(string folder)
    {
        foreach (var file in Directory.EnumerateDirectories(folder, "Gaia.*").SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)))
        {
            if (!file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            {
                Read(File.ReadAllLines(file));
            }
        }
    }

    public string Of(Type type) => comments.GetValueOrDefault(type.Name, "");

    public string Of(PropertyInfo property) => comments.GetValueOrDefault($"{property.DeclaringType!.Name}.{property.Name}", "");

    private void Read(string[] lines)
    {
        var (type, comment) = ("", "");
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                comment += line[3..];
            }
            else if (Declaration().Match(line) is { Success: true } declared)
            {
                type = declared.Groups["name"].Value;
                comments.TryAdd(type, Plain(comment));
                comment = "";
            }
            else if (Property().Match(line) is { Success: true } property)
            {
                comments.TryAdd($"{type}.{property.Groups["name"].Value}", Plain(comment));
                comment = "";
            }
            else if (!line.StartsWith('['))
            {
                comment = "";
            }
        }
    }

    /// <summary>The summary without its markup; names of variables and types as code.</summary>
    private static string Plain(string comment)
    {
        if (comment.Length == 0 || XElement.Parse($"<comment>{comment}</comment>").Element("summary") is not { } summary)
        {
            return "";
        }

        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{(see.Attribute("cref") ?? see.Attribute("langword"))?.Value}`",
            XElement other => other.Value,
            _ => node.ToString(System.Xml.Linq.SaveOptions.DisableFormatting),
        }));
        return Spaces().Replace(text, " ").Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex(@"^(public|internal) (sealed |static |abstract |partial )*(class|record) (?<name>\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^public (required )?[\w<>?,\[\] ]+ (?<name>\w+)\s*(\{|$)")]
    private static partial Regex Property();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
