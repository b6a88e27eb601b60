using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.AppHost;

namespace Gaia.Tests.Containers;

/// <summary>Gaia as <c>./run.sh</c> runs it where a container engine is: genuine Aspire, with its own Redis, PostgreSQL and NATS containers.</summary>
[Collection(nameof(ComposedGaia))]
public sealed class ContainerServersTests
{
    private const string Faults = "/api/v1/admin/faults";

    private static readonly string[] Servers = [Resources.Redis, Resources.Postgres, Resources.Nats];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_in_containers_are_frozen_and_killed_and_come_back_and_end_with_the_AppHost()
    {
        using var state = new TemporaryFolder();
        await using var apphost = AppHostProcess.StartWithContainers(state);
        await apphost.ReadyAsync(Ct);
        using var developer = new HttpClient { BaseAddress = apphost.Address, DefaultRequestHeaders = { { "X-API-Key", apphost.ApiKey } } };
        var before = await ContainersAsync();
        Assert.Equal(Servers.Order(), before.Select(container => container.Server).Order());

        await BreakAsync(developer, Resources.Redis, "freeze");
        await Eventually.IsTrueAsync(async () => (await ContainersAsync()).Single(container => container.Server == Resources.Redis).State == "paused", ct: Ct);
        await HealthyAsync(developer, before);

        foreach (var server in Servers)
        {
            await BreakAsync(developer, server, "kill");
            await Eventually.IsTrueAsync(
                async () => (await ContainersAsync()).SingleOrDefault(container => container.Server == server) is { State: "running" } now && !before.Contains(now), ct: Ct);
            await HealthyAsync(developer, before);
        }

        await apphost.TerminateAsync(Ct);
        Assert.Equal(0, await apphost.ExitAsync(Ct));
        Assert.Empty(await ContainersAsync());
    }

    private static async Task BreakAsync(HttpClient developer, string server, string kind)
    {
        var targets = await developer.GetFromJsonAsync<JsonElement>(Faults, Ct);
        var target = targets.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("resource").GetString() == server);
        using var answer = await developer.PostAsJsonAsync(Faults, new { process = target.GetProperty("id").GetString(), kind, seconds = 5 }, Ct);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static Task HealthyAsync(HttpClient developer, IReadOnlyList<ServerContainer> before) => Eventually.IsTrueAsync(
        async () =>
        {
            using var answer = await developer.GetAsync("/health", Ct);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("status").GetString() == "healthy"
                && (await ContainersAsync()).Count(container => container.State == "running") == before.Count;
        },
        TimeSpan.FromMinutes(2),
        Ct);

    /// <summary>Those of the AppHost, which names them by their resource and a suffix.</summary>
    private static async Task<IReadOnlyList<ServerContainer>> ContainersAsync()
    {
        using var listed = JsonDocument.Parse((await ContainerScript.PodmanAsync(Ct, "ps", "--all", "--format", "json")).Succeeded());
        return
        [
            .. listed.RootElement.EnumerateArray()
                .Select(container => new ServerContainer(
                    container.GetProperty("Names")[0].GetString()!.Split('-')[0], container.GetProperty("State").GetString()!, container.GetProperty("StartedAt").GetInt64()))
                .Where(container => Servers.Contains(container.Server)),
        ];
    }

    /// <param name="Server">The resource.</param>
    /// <param name="State">As Podman says it.</param>
    /// <param name="Started">Tells a container from the one before it.</param>
    private sealed record ServerContainer(string Server, string State, long Started);
}
