using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Databases;

/// <summary>Services that start on a database of theirs, which is empty or not even there.</summary>
public sealed class MigrationTests
{
    private const int Replicas = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_that_start_together_migrate_once()
    {
        await using var postgres = await PostgresServer.StartAsync(Ct);
        var replicas = Enumerable.Range(0, Replicas).Select(_ => Service(postgres)).ToList();
        try
        {
            await Task.WhenAll(replicas.Select(replica => replica.StartAsync(Ct)));
            foreach (var replica in replicas)
            {
                await Eventually.IsTrueAsync(async () => await MigrationsOfAsync(replica) == HealthStatus.Healthy, Timeout, Ct);
                Assert.Equal(1, await CountNotesAsync(replica));
            }
        }
        finally
        {
            await Task.WhenAll(replicas.Select(replica => replica.StopAsync(CancellationToken.None)));
            replicas.ForEach(replica => replica.Dispose());
        }
    }

    [Fact]
    public async Task Nothing_that_a_service_does_at_its_first_start_is_an_error_to_Postgres()
    {
        await using var postgres = await PostgresServer.StartAsync(Ct);
        using var service = Service(postgres, database: "postgres", services => services.AddHostedService<NotesReader>());

        await service.StartAsync(Ct);
        Assert.Equal(1, await service.Services.GetServices<IHostedService>().OfType<NotesReader>().Single().Count.WaitAsync(Timeout, Ct));
        await service.StopAsync(Ct);

        Assert.DoesNotContain("ERROR", postgres.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_waits_for_a_postgres_that_comes_later()
    {
        await using var postgres = await PostgresServer.StartAsync(Ct);
        await postgres.TerminateAsync(Ct);

        using var service = Service(postgres);
        await service.StartAsync(Ct);
        Assert.Equal(HealthStatus.Unhealthy, await MigrationsOfAsync(service));

        await postgres.RestartAsync(Ct);
        await Eventually.IsTrueAsync(async () => await MigrationsOfAsync(service) == HealthStatus.Healthy, Timeout, Ct);
        Assert.Equal(1, await CountNotesAsync(service));
        await service.StopAsync(Ct);
    }

    /// <summary>With nothing but its database: no Redis and no NATS is there, which stops nothing.</summary>
    private static IHost Service(PostgresServer postgres, string database = "notesdb", Action<IServiceCollection>? more = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "Gaia.Notes" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            ["ConnectionStrings:nats"] = "nats://127.0.0.1:1",
            ["ConnectionStrings:notesdb"] = postgres.ConnectionStringTo(database),
            ["IDENTITY_KEY"] = "a key of thirty-two characters or",
        });
        builder.AddServiceDefaults();
        builder.AddDatabase<NotesDb>("notesdb");
        builder.Logging.ClearProviders();
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private static async Task<HealthStatus> MigrationsOfAsync(IHost service)
    {
        var report = await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "migrations", Ct);
        return Assert.Single(report.Entries).Value.Status;
    }

    private static async Task<int> CountNotesAsync(IHost service)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<NotesDb>().Notes.CountAsync(Ct);
    }

    /// <summary>Asks for its rows as soon as it is started, as the services' own background work does.</summary>
    private sealed class NotesReader(IServiceScopeFactory scopes) : BackgroundService
    {
        private readonly TaskCompletionSource<int> count = new();

        public Task<int> Count => count.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                count.SetResult(await scope.ServiceProvider.GetRequiredService<NotesDb>().Notes.CountAsync(stoppingToken));
            }
            catch (Exception failure)
            {
                count.SetException(failure);
            }
        }
    }
}
