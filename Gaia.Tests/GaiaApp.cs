using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Gaia.Hosting;
using Gaia.Tests;
using Gaia.Tests.Secrets;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(GaiaApp))]

namespace Gaia.Tests;

/// <summary>The whole graph, started once for all tests, on ports and data of its own.</summary>
public class GaiaApp : IAsyncLifetime
{
    public const string DevelopmentKey = "tests-choose-this-key";

    /// <summary>How many of every service run: what holds for the graph holds for several nodes.</summary>
    public const int ReplicaCount = 2;

    /// <summary>Every client says where it comes from, so that tests do not use up each other's quotas; and readers in loops never use up a key's.</summary>
    private static readonly string[] Settings =
    [
        $"GAIA_DEV_API_KEY={DevelopmentKey}", $"GAIA_REPLICAS={ReplicaCount}", "TRUSTED_PROXIES=127.0.0.0/8,::1", "RATE_LIMIT_AUTHENTICATED=100000000",
        $"{ServerProgramExtensions.Setting}=programs",
    ];

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private DistributedApplication app = null!;
    private ConnectionMultiplexer redis = null!;
    private LogWatch logs = null!;

    public DistributedApplication Graph => app;

    public virtual async ValueTask InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(StartDeadline);
        var graph = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Gaia_AppHost>([.. Settings, .. OwnSettings], deadline.Token);
        foreach (var service in graph.Resources.OfType<ProjectResource>())
        {
            // What they counted is in the history soon.
            graph.CreateResourceBuilder(service).WithEnvironment("History__Interval", "00:00:05");
        }

        app = await graph.BuildAsync(deadline.Token);
        logs = new(app, UnwantedWords);
        await app.StartAsync(deadline.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync(Resources.Gateway, deadline.Token);
        redis = await ConnectionMultiplexer.ConnectAsync($"{await RedisConnectionAsync(deadline.Token)},allowAdmin=true,abortConnect=false");
    }

    /// <summary>What a graph of another shape sets besides.</summary>
    protected virtual IEnumerable<string> OwnSettings => [];

    /// <summary>Where its services have their Redis.</summary>
    protected virtual ValueTask<string?> RedisConnectionAsync(CancellationToken ct) => app.GetConnectionStringAsync(Resources.Redis, ct);

    /// <summary>Words that no line of its log may have.</summary>
    protected virtual string[] UnwantedWords => [];

    /// <summary>A client of the one address that the gateways share; it comes from an address of its own.</summary>
    public HttpClient Gateway()
    {
        // Not the testing builder's client, which retries and so hides failures.
        var client = new HttpClient { BaseAddress = app.GetEndpoint(Resources.Gateway, "http") };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", ClientAddresses.Next());
        return client;
    }

    /// <summary>The processes of a service, in a lasting order.</summary>
    public async Task<IReadOnlyList<Replica>> ReplicasAsync(string service)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(StartDeadline);
        SortedDictionary<string, Replica> running = [];
        await app.ResourceNotifications.WaitForResourceAsync(
            service,
            e =>
            {
                if (e.Snapshot.State?.Text == KnownResourceStates.Running)
                {
                    running[e.ResourceId] = Replica.Of(e);
                }

                return running.Count == ReplicaCount;
            },
            deadline.Token);
        return [.. running.Values];
    }

    /// <summary>A client of the gateway that shows the development key.</summary>
    public HttpClient Developer()
    {
        var client = Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", DevelopmentKey);
        return client;
    }

    public IDatabase Redis() => redis.GetDatabase();

    /// <summary>Runs a command of the AppHost on every process of a resource.</summary>
    public async Task CommandAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        InteractionInputCollection inputs = new([.. arguments.Select(a => new InteractionInput { Name = a.Name, InputType = InputType.Text, Value = a.Value })]);
        var result = await app.ResourceCommands.ExecuteCommandAsync(model.Resources.Single(r => r.Name == resource), command, inputs);
        Assert.True(result.Success, $"{command}: {result.Message}");
    }

    /// <summary>Runs a command of the AppHost on one process.</summary>
    public async Task CommandAsync(Replica replica, string command)
    {
        var result = await app.ResourceCommands.ExecuteCommandAsync(replica.Id, command);
        Assert.True(result.Success, $"{command}: {result.Message}");
    }

    /// <summary>Where the graph has left secrets in its log and in Redis so far, in words.</summary>
    public async Task<IReadOnlyList<string>> TracesAsync(CancellationToken ct) => [.. logs.Found, .. await RedisScan.FindAsync(redis, ct)];

    /// <summary>Whatever tests have done, they have left no secret behind.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            Assert.Empty(redis is null ? [] : await TracesAsync(CancellationToken.None));
            Assert.Empty(logs?.Unwanted ?? []);
        }
        finally
        {
            // A start that failed has made only some of these.
            await (logs?.DisposeAsync() ?? default);
            await (redis?.DisposeAsync() ?? default);
            await (app?.DisposeAsync() ?? default);
        }
    }
}
