using System.Reflection;
using System.Xml.Linq;

namespace Gaia.Publishing.Configuration;

/// <summary>The summaries of types and properties, in one line of Markdown each, from the documentation that the compiler wrote beside each assembly.</summary>
internal static class XmlComments
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Files = [];

    public static string Of(Type type) => Of(type.Assembly, $"T:{type.FullName}");

    public static string Of(PropertyInfo property) => Of(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private static string Of(Assembly assembly, string member)
    {
        if (!Files.TryGetValue(assembly, out var members))
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            Files[assembly] = members = XDocument.Load(file).Descendants("member").ToDictionary(element => element.Attribute("name")!.Value);
        }

        return members.GetValueOrDefault(member)?.Element("summary") is { } summary ? Plain(summary) : "";
    }

    /// <summary>The text without its markup; names of variables and types as code.</summary>
    private static string Plain(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("langword")?.Value ?? see.Attribute("cref")!.Value.Split('.', ':')[^1]}`",
            XText words => words.Value,
            _ => ((XElement)node).Value,
        }));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("|", "\\|", StringComparison.Ordinal);
    }
}
