using System.Text.Json.Nodes;
using Gaia.Gateway.Docs;

namespace Gaia.Tests.Docs;

public sealed class DescriptionUnionTests
{
    private const string Shared = """{"List":{"type":"array","items":{"type":"string"}},"Problem":{"type":"object","properties":{"detail":{"type":"string"}}}}""";

    [Fact]
    public void Schemas_of_one_name_and_two_shapes_both_stay_and_each_service_speaks_of_its_own()
    {
        var whole = Unite(
            ("auth", "/users", """{"View":{"type":"string"},"List":{"type":"array","items":{"$ref":"#/components/schemas/View"}}}"""),
            ("chat", "/personas", """{"View":{"type":"integer"},"List":{"type":"array","items":{"$ref":"#/components/schemas/View"}}}"""));

        Assert.Equal("string", (string?)Shape(whole, "/users")["type"]);
        Assert.Equal("integer", (string?)Shape(whole, "/personas")["type"]);
    }

    [Fact]
    public void A_schema_that_services_share_is_there_once()
    {
        var whole = Unite(
            ("auth", "/users", Shared),
            ("chat", "/personas", Shared));

        Assert.Equal(["List", "Problem"], whole["components"]!["schemas"]!.AsObject().Select(schema => schema.Key));
    }

    private static JsonObject Unite(params (string Service, string Path, string Schemas)[] services)
    {
        var union = new DescriptionUnion();
        foreach (var (service, path, schemas) in services)
        {
            var answer = """{"get":{"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/List"}}}}}}}""";
            union.Add(service, new()
            {
                ["paths"] = new JsonObject { [path] = JsonNode.Parse(answer) },
                ["components"] = new JsonObject { ["schemas"] = JsonNode.Parse(schemas), ["securitySchemes"] = new JsonObject() },
            });
        }

        return union.ToDocument();
    }

    /// <summary>What the list at the path is a list of, through two references.</summary>
    private static JsonNode Shape(JsonObject whole, string path) =>
        Follow(whole, Follow(whole, whole["paths"]![path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!)["items"]!);

    private static JsonNode Follow(JsonObject whole, JsonNode reference) =>
        whole["components"]!["schemas"]![((string)reference["$ref"]!).Split('/')[^1]]!;
}
