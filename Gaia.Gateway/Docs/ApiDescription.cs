using System.Text.Json.Nodes;
using Gaia.Gateway.Forwarding;

namespace Gaia.Gateway.Docs;

/// <summary>One OpenAPI document out of what each service says of itself: paths and schemas side by side, the gateway as the only server.</summary>
internal sealed class ApiDescription(ServiceClient services)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);
    private static readonly string[] Parts = ["paths", "components", "tags"];

    /// <exception cref="HttpRequestException">A service is away: a description with holes would be taken for the whole.</exception>
    public async Task<JsonObject> Compose(CancellationToken ct)
    {
        var whole = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Gaia", ["version"] = FrontDoor.Version },
        };

        string[] names = [Resources.Auth, Resources.Chat, Resources.Asset];
        foreach (var part in await Task.WhenAll(names.Select(name => Ask(name, ct))))
        {
            foreach (var name in Parts)
            {
                whole[name] = Merge(whole[name], part[name]);
            }
        }

        return whole;
    }

    private async Task<JsonNode> Ask(string service, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{service}/openapi/v1.json");
        using var response = await services.Send(request, Deadline, ct);
        response.EnsureSuccessStatusCode();
        return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct))!;
    }

    /// <summary>Objects are united, lists joined; of two values under one name the first stays.</summary>
    private static JsonNode? Merge(JsonNode? first, JsonNode? second)
    {
        switch (first, second)
        {
            case (JsonObject into, JsonObject more):
                foreach (var (name, value) in more)
                {
                    into[name] = Merge(into[name]?.DeepClone(), value);
                }

                return into.Parent is null ? into : into.DeepClone();

            case (JsonArray into, JsonArray more):
                return new JsonArray([.. into.Concat(more).Select(node => node?.DeepClone())]);

            default:
                return (first ?? second)?.DeepClone();
        }
    }
}
