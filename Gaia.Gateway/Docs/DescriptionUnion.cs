using System.Text.Json.Nodes;

namespace Gaia.Gateway.Docs;

/// <summary>
/// Unites OpenAPI documents. A schema that another service already gave another shape under the same name goes in under its service's name too, with everything
/// that speaks of it: View, then ChatView.
/// </summary>
internal sealed class DescriptionUnion
{
    private const string Schemas = "schemas";

    private const string Description =
        "Errors are `application/problem+json` with a `trace_id` for the logs. Every answer has `X-Request-Id` and `RateLimit` headers; 429 and 503 have `Retry-After`. " +
        "Personas and assets have an `ETag`, and `If-None-Match` gives 304. The answer to a write has `X-Gaia-Position`; a request that brings it is answered by nothing older.";

    private readonly JsonObject paths = [];
    private readonly JsonObject schemas = [];
    private readonly JsonObject components = [];
    private readonly JsonArray tags = [];

    public void Add(string service, JsonObject description)
    {
        var own = description["components"]?.AsObject() ?? [];
        var ownSchemas = own[Schemas]?.AsObject() ?? [];
        var prefix = char.ToUpperInvariant(service[0]) + service[1..];
        var renamed = SchemaReferences.Clashes(schemas, ownSchemas).ToDictionary(name => name, name => prefix + name);
        SchemaReferences.Rename(description, renamed);

        foreach (var (name, schema) in ownSchemas)
        {
            schemas[renamed.GetValueOrDefault(name, name)] = schema?.DeepClone();
        }

        foreach (var (kind, entries) in own.Where(part => part.Key != Schemas))
        {
            Unite(components, kind, entries);
        }

        foreach (var (path, operations) in description["paths"]?.AsObject() ?? [])
        {
            Unite(paths, path, operations);
        }

        foreach (var tag in description["tags"]?.AsArray() ?? [])
        {
            if (!tags.Any(known => JsonNode.DeepEquals(known, tag)))
            {
                tags.Add(tag?.DeepClone());
            }
        }
    }

    public JsonObject ToDocument()
    {
        components[Schemas] = schemas;
        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Gaia", ["version"] = RootEndpoint.Version, ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = components,
            ["tags"] = tags,

            // Any route takes a credential, for a rate of one's own and for more to see; those that need one say so.
            ["security"] = new JsonArray([new JsonObject(), .. components["securitySchemes"]!.AsObject().Select(scheme => new JsonObject { [scheme.Key] = new JsonArray() })]),
        };
    }

    private static void Unite(JsonObject into, string name, JsonNode? entries)
    {
        var united = into[name]?.AsObject();
        if (united is null)
        {
            into[name] = united = [];
        }

        foreach (var (key, value) in entries!.AsObject())
        {
            united[key] = value?.DeepClone();
        }
    }
}
