using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia.Tests.Engine;

/// <summary>What a graph promises while it runs, on small graphs of servers and shell scripts.</summary>
public sealed class GraphTests
{
    private static readonly string[] Servers = ["redis", "nats", "db"];
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_resource_starts_when_what_it_waits_for_is_ready()
    {
        using var deadline = Until(Deadline);
        await using var graph = DistributedApplicationTestingBuilder.Create();
        var redis = graph.AddRedis("redis").WithDataVolume();
        var nats = graph.AddNats("nats").WithJetStream();
        var work = graph.AddExecutable("work", "/bin/sh", ".", "-c", "redis-cli --no-auth-warning -p $REDIS_PORT -a $REDIS_PASSWORD set answer 42")
            .WithReference(redis).WaitFor(redis)
            .WithReference(nats).WaitFor(nats);
        var after = graph.AddExecutable("after", "/bin/sh", ".", "-c", "redis-cli --no-auth-warning -p $REDIS_PORT -a $REDIS_PASSWORD get answer")
            .WithReference(redis).WaitForCompletion(work);

        await using var app = await graph.BuildAsync(deadline.Token);
        await app.StartAsync(deadline.Token);
        var worked = await Ended(app, work, deadline.Token);
        var done = await Ended(app, after, deadline.Token);

        Assert.Equal((0, 0), (worked.ExitCode, done.ExitCode));
        Assert.True(done.StartTimeStamp >= worked.StopTimeStamp);
        Assert.Contains("42", await Output(app, after.Resource, "^42$", deadline.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_process_comes_back_with_its_data_and_a_reason_in_the_log()
    {
        using var deadline = Until(Deadline);
        await using var graph = DistributedApplicationTestingBuilder.Create();
        var redis = graph.AddRedis("redis").WithDataVolume();
        await using var app = await graph.BuildAsync(deadline.Token);
        await app.StartAsync(deadline.Token);

        var first = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);
        using (var process = System.Diagnostics.Process.GetProcessById(ProcessOf(first)))
        {
            process.Kill();
        }

        var second = await app.ResourceNotifications.WaitForResourceAsync(
            "redis", e => e.Snapshot.HealthStatus is HealthStatus.Healthy && ProcessOf(e) != ProcessOf(first), deadline.Token);

        Assert.Equal(first.Snapshot.Urls.Single(), second.Snapshot.Urls.Single());
        await Output(app, redis.Resource, "exit code 137.*starting it again", deadline.Token);
    }

    [Fact]
    public async Task Two_graphs_run_side_by_side_without_sharing_a_port_a_password_or_data()
    {
        using var deadline = Until(Deadline);
        var both = await Task.WhenAll(Start(deadline.Token), Start(deadline.Token));
        await using var one = both[0];
        await using var two = both[1];

        foreach (var name in Servers)
        {
            Assert.NotEqual(await one.GetConnectionStringAsync(name, deadline.Token), await two.GetConnectionStringAsync(name, deadline.Token));
        }

        async Task<DistributedApplication> Start(CancellationToken ct)
        {
            var graph = DistributedApplicationTestingBuilder.Create();
            graph.AddRedis("redis").WithDataVolume();
            graph.AddNats("nats").WithJetStream().WithDataVolume();
            graph.AddPostgres("postgres").WithDataVolume().AddDatabase("db");
            var app = await graph.BuildAsync(ct);
            await app.StartAsync(ct);
            await Task.WhenAll(Servers.Select(name => app.ResourceNotifications.WaitForResourceHealthyAsync(name, ct)));
            return app;
        }
    }

    [Fact]
    public async Task A_resource_can_be_stopped_and_started_by_command_and_by_commands_of_its_own()
    {
        using var deadline = Until(Deadline);
        await using var graph = DistributedApplicationTestingBuilder.Create();
        var greeted = new TaskCompletionSource<string>();
        var redis = graph.AddRedis("redis").WithCommand("greet", "Greet", context =>
        {
            greeted.SetResult(context.ResourceName);
            return Task.FromResult(CommandResults.Success());
        });
        await using var app = await graph.BuildAsync(deadline.Token);
        await app.StartAsync(deadline.Token);
        var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(redis.Resource, KnownResourceCommands.StopCommand, deadline.Token)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("redis", KnownResourceStates.TerminalStates, deadline.Token);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(redis.Resource, KnownResourceCommands.StartCommand, deadline.Token)).Success);
        var again = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);
        Assert.NotEqual(ProcessOf(running), ProcessOf(again));

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(redis.Resource, "greet", deadline.Token)).Success);
        Assert.Equal(again.ResourceId, await greeted.Task.WaitAsync(deadline.Token));
        Assert.False((await app.ResourceCommands.ExecuteCommandAsync(redis.Resource, "unheard-of", deadline.Token)).Success);
    }

    private static CancellationTokenSource Until(TimeSpan limit)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit);
        return deadline;
    }

    private static int ProcessOf(ResourceEvent e) => e.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value as int? ?? 0;

    private static async Task<CustomResourceSnapshot> Ended(DistributedApplication app, IResourceBuilder<IResource> resource, CancellationToken ct) =>
        (await app.ResourceNotifications.WaitForResourceAsync(resource.Resource.Name, e => e.Snapshot.ExitCode is not null, ct)).Snapshot;

    private static async Task<string> Output(DistributedApplication app, IResource resource, string pattern, CancellationToken ct)
    {
        await foreach (var lines in app.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(resource).WithCancellation(ct))
        {
            if (lines.FirstOrDefault(line => Regex.IsMatch(line.Content, pattern)) is { Content: { } found })
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The log of {resource.Name} ended without '{pattern}'.");
    }
}
