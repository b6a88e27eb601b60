using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

/// <summary>Calls the running gateway with the development API key.</summary>
internal static class GaiaApi
{
    public static async Task<ExecuteCommandResult> PostAsync(ExecuteCommandContext context, string path, object body)
    {
        using var client = await ClientAsync(context.Services, context.CancellationToken);
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

    /// <summary>A code that signs a browser in to the console, once.</summary>
    /// <returns>Null when the gateway gives none.</returns>
    public static async Task<string?> CreateSignInCodeAsync(IServiceProvider services, CancellationToken ct)
    {
        using var client = await ClientAsync(services, ct);
        try
        {
            using var response = await client.PostAsync("/api/v1/admin/sign-in-codes", content: null, ct);
            return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<SignInCode>(ct))!.Code : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<HttpClient> ClientAsync(IServiceProvider services, CancellationToken ct)
    {
        var resources = services.GetRequiredService<DistributedApplicationModel>().Resources;
        var gateway = resources.OfType<ProjectResource>().Single(resource => resource.Name == Resources.Gateway);
        var key = resources.OfType<ParameterResource>().Single(resource => resource.Name == DevelopmentApiKey.Parameter);
        return new() { BaseAddress = new(gateway.GetEndpoint("http").Url), DefaultRequestHeaders = { { "X-API-Key", await key.GetValueAsync(ct) } } };
    }

    private sealed record SignInCode(string Code);
}
