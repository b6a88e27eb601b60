using System.Text.Json.Nodes;

namespace Gaia.Gateway.Docs;

/// <summary>Who speaks of which schema in an OpenAPI document.</summary>
internal static class SchemaReferences
{
    private const string Reference = "$ref";
    private const string Prefix = "#/components/schemas/";

    /// <summary>The names that mean something else in the second document than in the first: other schemas, or the same that speak of such.</summary>
    public static HashSet<string> Clashes(JsonObject first, JsonObject second)
    {
        var shared = second.Where(schema => first.ContainsKey(schema.Key)).ToList();
        var clashes = shared.Where(schema => !JsonNode.DeepEquals(first[schema.Key], schema.Value)).Select(schema => schema.Key).ToHashSet();

        int before;
        do
        {
            before = clashes.Count;
            clashes.UnionWith(shared.Where(schema => In(schema.Value).Any(reference => clashes.Contains(NameOf(reference)))).Select(schema => schema.Key));
        }
        while (clashes.Count > before);

        return clashes;
    }

    /// <summary>Lets every reference in the node point to the new names.</summary>
    public static void Rename(JsonNode node, IReadOnlyDictionary<string, string> renamed)
    {
        foreach (var reference in In(node).Where(reference => renamed.ContainsKey(NameOf(reference))).ToList())
        {
            reference[Reference] = Prefix + renamed[NameOf(reference)];
        }
    }

    /// <summary>The objects in the node that refer to a schema.</summary>
    private static IEnumerable<JsonObject> In(JsonNode? node)
    {
        var children = node switch
        {
            JsonObject fields => fields.Select(field => field.Value),
            JsonArray items => items,
            _ => [],
        };
        var below = children.SelectMany(In);
        return node is JsonObject referring && referring[Reference] is JsonValue target && target.GetValue<string>().StartsWith(Prefix, StringComparison.Ordinal)
            ? below.Prepend(referring)
            : below;
    }

    private static string NameOf(JsonObject reference) => reference[Reference]!.GetValue<string>()[Prefix.Length..];
}
