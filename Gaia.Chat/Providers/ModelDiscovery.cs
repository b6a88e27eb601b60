using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

/// <summary>Asks the providers whose models nobody listed which they have: an Ollama that starts later is found as well.</summary>
internal sealed partial class ModelDiscovery(ModelCatalog catalog, IOptions<ModelOptions> options, TimeProvider clock, ILogger<ModelDiscovery> log)
    : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new() { Timeout = Timeout };

    /// <summary>Looks once before the service takes requests, so that the first of them finds the models.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.DiscoveryInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RefreshAsync(stoppingToken);
        }
    }

    private Task RefreshAsync(CancellationToken ct) => Task.WhenAll(catalog.Unlisted.Select(p => RefreshAsync(p, ct)));

    private async Task RefreshAsync(Provider provider, CancellationToken ct)
    {
        var found = await ListModelsAsync(provider, ct);

        // One that was asked for stays known while it is unavailable: its callers are told that it is unavailable, not that it never existed.
        if ((found.Length > 0 || provider.Options.IsOptional) && catalog.Learn(provider, found))
        {
            LogFound(provider.Name, found.Length);
        }
    }

    private async Task<ImmutableArray<string>> ListModelsAsync(Provider provider, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{provider.Options.Url.ToString().TrimEnd('/')}/models");
        if (provider.Options.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using var answer = await http.SendAsync(request, ct);
            return answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync<ProviderModels>(ct) is { Data: { } models } ? [.. models.Select(m => m.Id)] : [];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Provider {Provider} has {Count} models")]
    private partial void LogFound(string provider, int count);

    private sealed record ProviderModels(IReadOnlyList<ModelName>? Data);

    private sealed record ModelName(string Id);
}
