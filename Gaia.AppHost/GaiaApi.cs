using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>Calls the running gateway with the development API key.</summary>
internal static class GaiaApi
{
    public static async Task<ExecuteCommandResult> PostAsync(ExecuteCommandContext context, string path, object body)
    {
        var resources = context.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        var gateway = resources.OfType<ProjectResource>().Single(resource => resource.Name == Resources.Gateway);
        var key = resources.OfType<ParameterResource>().Single(resource => resource.Name == DevelopmentApiKey.Parameter);

        using var client = new HttpClient { BaseAddress = new Uri(gateway.GetEndpoint("http").Url) };
        client.DefaultRequestHeaders.Add("X-API-Key", await key.GetValueAsync(context.CancellationToken));
        try
        {
            using var response = await client.PostAsJsonAsync(path, body, context.CancellationToken);
            var answer = await response.Content.ReadAsStringAsync(context.CancellationToken);
            return response.IsSuccessStatusCode ? CommandResults.Success(answer) : CommandResults.Failure($"The gateway answered {(int)response.StatusCode}: {answer}");
        }
        catch (HttpRequestException e)
        {
            return CommandResults.Failure($"The gateway does not answer: {e.Message}");
        }
    }
}
