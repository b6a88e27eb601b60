using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests;

/// <summary>
/// A minimal service with Gaia.ServiceDefaults and the test's own routes, on a free port. Redis and NATS are unavailable, which does not keep it from starting.
/// </summary>
internal sealed class NotesService : IAsyncDisposable
{
    private readonly WebApplication app;

    private NotesService(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    public static async Task<NotesService> StartAsync(Action<WebApplication> map, params (string Name, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Gaia.Notes", EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            ["ConnectionStrings:nats"] = "nats://127.0.0.1:1",
            ["IDENTITY_KEY"] = "a key of thirty-two characters or",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();

        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    /// <summary>Creates a client with the signed identity that the gateway sends for anonymous callers.</summary>
    public HttpClient Client()
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add(InternalIdentity.Header, Services.GetRequiredService<InternalIdentity>().Mint(Principal.Anonymous));
        return client;
    }

    /// <summary>Creates a client that bypasses the gateway. Its calls are not part of the tests' own traces.</summary>
    public HttpClient Stranger() => new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.Single()) };

    /// <summary>Stops as on SIGTERM.</summary>
    public Task StopAsync() => app.StopAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
