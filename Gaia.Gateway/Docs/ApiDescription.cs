using System.Text.Json.Nodes;
using Gaia.Gateway.Services;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gaia.Gateway.Docs;

/// <summary>One OpenAPI document out of what the gateway and each service say of themselves, the gateway being the only server.</summary>
internal sealed class ApiDescription(
    [FromKeyedServices(ServiceDescription.DocumentName)] IOpenApiDocumentProvider own, ServiceClient services)
{
    /// <summary>A service that has just started takes seconds for its first one.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly string[] Services = [Resources.Auth, Resources.Chat, Resources.Asset];

    /// <exception cref="ServiceUnavailableException">A description with holes would be taken for the whole.</exception>
    public async Task<JsonObject> ComposeAsync(CancellationToken ct)
    {
        var asked = Task.WhenAll(Services.Select(service => AskAsync(service, ct)));
        var whole = new DescriptionUnion();
        whole.Add(Resources.Gateway, await DescribeSelfAsync(ct));
        foreach (var (service, description) in Services.Zip(await asked))
        {
            whole.Add(service, description);
        }

        return whole.ToDocument();
    }

    private async Task<JsonObject> DescribeSelfAsync(CancellationToken ct)
    {
        var document = await own.GetOpenApiDocumentAsync(ct);
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, ct))!.AsObject();
    }

    private async Task<JsonObject> AskAsync(string service, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{service}/openapi/{ServiceDescription.DocumentName}.json");
            using var response = await services.SendAsync(request, Deadline, ct);
            response.EnsureSuccessStatusCode();
            return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct))!.AsObject();
        }
        catch (HttpRequestException e)
        {
            throw new ServiceUnavailableException(service, e);
        }
    }
}

internal sealed class ServiceUnavailableException(string service, Exception cause) : Exception($"Service {service} unavailable", cause)
{
    public string Service { get; } = service;
}
