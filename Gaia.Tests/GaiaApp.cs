using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Gaia.Tests;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(GaiaApp))]

namespace Gaia.Tests;

/// <summary>The whole graph, started once for all tests, on ports and data of its own.</summary>
public sealed class GaiaApp : IAsyncLifetime
{
    public const string DevelopmentKey = "tests-choose-this-key";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private DistributedApplication app = null!;
    private ConnectionMultiplexer redis = null!;

    public DistributedApplication Graph => app;

    public async ValueTask InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(StartDeadline);
        var graph = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Gaia_AppHost>([$"GAIA_DEV_API_KEY={DevelopmentKey}"], deadline.Token);
        app = await graph.BuildAsync(deadline.Token);
        await app.StartAsync(deadline.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync(Resources.Gateway, deadline.Token);
        redis = await ConnectionMultiplexer.ConnectAsync($"{await app.GetConnectionStringAsync(Resources.Redis, deadline.Token)},allowAdmin=true,abortConnect=false");
    }

    public HttpClient Gateway() => app.CreateHttpClient(Resources.Gateway, "http");

    /// <summary>A client of the gateway that shows the development key.</summary>
    public HttpClient Developer()
    {
        var client = Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", DevelopmentKey);
        return client;
    }

    public IDatabase Redis() => redis.GetDatabase();

    public Task Command(string resource, string command) => app.ResourceCommands.ExecuteCommandAsync(resource, command);

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        await app.DisposeAsync();
    }
}
