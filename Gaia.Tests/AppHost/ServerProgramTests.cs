using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Gaia.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Gaia.Tests.AppHost;

/// <summary>Servers that an AppHost declares as containers and that run as programs, in small graphs of their own.</summary>
public sealed class ServerProgramTests
{
    private static readonly string[] Servers = ["redis", "nats", "db"];
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_killed_server_comes_back_at_its_address_with_its_data()
    {
        using var deadline = CancelAfter(Deadline);
        await using var app = await StartAsync(graph => graph.AddRedis("redis").WithDataVolume().WithPersistence(), deadline.Token);
        var first = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);
        await using (var redis = await ConnectAsync(app, deadline.Token))
        {
            await redis.GetDatabase().StringSetAsync("answer", 42);
            await ProcessControl.KillAsync(first.ProcessId()!.Value, deadline.Token);
        }

        var second = await app.ResourceNotifications.WaitForResourceAsync(
            "redis", e => e.Snapshot.HealthStatus is HealthStatus.Healthy && e.ProcessId() != first.ProcessId(), deadline.Token);

        Assert.Equal(first.Snapshot.Urls.Single().Url, second.Snapshot.Urls.Single().Url);
        await using var again = await ConnectAsync(app, deadline.Token);
        Assert.Equal(42, (int)await again.GetDatabase().StringGetAsync("answer"));
    }

    [Fact]
    public async Task Two_graphs_run_side_by_side_without_sharing_a_port_a_password_or_data()
    {
        using var deadline = CancelAfter(Deadline);
        var both = await Task.WhenAll(StartAsync(AddServers, deadline.Token), StartAsync(AddServers, deadline.Token));
        await using var one = both[0];
        await using var two = both[1];

        foreach (var name in Servers)
        {
            await one.ResourceNotifications.WaitForResourceHealthyAsync(name, deadline.Token);
            await two.ResourceNotifications.WaitForResourceHealthyAsync(name, deadline.Token);
            Assert.NotEqual(await one.GetConnectionStringAsync(name, deadline.Token), await two.GetConnectionStringAsync(name, deadline.Token));
        }

        static void AddServers(IDistributedApplicationBuilder graph)
        {
            graph.AddRedis("redis").WithDataVolume();
            graph.AddNats("nats").WithJetStream().WithDataVolume();
            graph.AddPostgres("postgres").WithDataVolume().AddDatabase("db");
        }
    }

    [Fact]
    public async Task A_server_is_stopped_and_started_by_command_and_stays_stopped_in_between()
    {
        using var deadline = CancelAfter(Deadline);
        await using var app = await StartAsync(graph => graph.AddRedis("redis"), deadline.Token);
        var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("redis", KnownResourceCommands.StopCommand, deadline.Token)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("redis", KnownResourceStates.TerminalStates, deadline.Token);
        Assert.True(ProcessControl.HasEnded(running.ProcessId()!.Value));

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("redis", KnownResourceCommands.StartCommand, deadline.Token)).Success);
        var again = await app.ResourceNotifications.WaitForResourceAsync(
            "redis", e => e.Snapshot.HealthStatus is HealthStatus.Healthy && e.ProcessId() != running.ProcessId(), deadline.Token);
        Assert.NotNull(again.ProcessId());
    }

    [Fact]
    public async Task Data_outlives_the_password_it_was_made_with()
    {
        using var state = new TemporaryFolder();
        foreach (var password in (string[])["first", "an'other \"one"])
        {
            await using var apphost = AppHostProcess.Start(state, [], ("Parameters__postgres-password", password));
            await apphost.ReadyAsync(TestContext.Current.CancellationToken);
            await apphost.TerminateAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task No_password_is_on_a_command_line_and_no_data_is_readable_by_others()
    {
        using var deadline = CancelAfter(Deadline);
        await using var app = await StartAsync(graph => graph.AddRedis("redis").WithDataVolume().WithPersistence(), deadline.Token);
        var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("redis", deadline.Token);
        var password = ConfigurationOptions.Parse((await app.GetConnectionStringAsync("redis", deadline.Token))!).Password!;

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => Regex.IsMatch(folder, "[0-9]+$")))
        {
            Assert.DoesNotContain(password, ReadCommandLine(process), StringComparison.Ordinal);
        }

        var folder = Path.GetDirectoryName(Directory.GetFiles($"/proc/{running.ProcessId()}/cwd/", "lock").Single())!;
        Assert.All(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), file => Assert.Equal(UnixFileMode.None, ModeForOthers(file)));
    }

    private static async Task<DistributedApplication> StartAsync(Action<IDistributedApplicationBuilder> declare, CancellationToken ct)
    {
        var graph = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = "Gaia.AppHost",
            Args = ["--DcpPublisher:RandomizePorts=true", $"--{ServerProgramExtensions.Setting}=programs", "--Logging:LogLevel:Default=None"],
            DisableDashboard = true,
        });
        declare(graph);
        graph.RunServersAsPrograms();
        graph.SuperviseResources();
        var app = graph.Build();
        await app.StartAsync(ct);
        return app;
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(DistributedApplication app, CancellationToken ct) =>
        await ConnectionMultiplexer.ConnectAsync((await app.GetConnectionStringAsync("redis", ct))!);

    private static CancellationTokenSource CancelAfter(TimeSpan limit)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit);
        return deadline;
    }

    private static UnixFileMode ModeForOthers(string file) => OperatingSystem.IsWindows()
        ? UnixFileMode.None
        : File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);

    private static string ReadCommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }
}
