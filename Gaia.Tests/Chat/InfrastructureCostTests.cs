using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Chat;

/// <summary>What Redis commands and machines cost, by the records of nodes.</summary>
public sealed class InfrastructureCostTests(ChatNodes nodes) : IClassFixture<ChatNodes>, IAsyncLifetime
{
    private const string Cost = "/api/v1/admin/cost";

    private readonly ChatUser administrator = nodes.NewUser(Scopes.Admin);
    private GaiaService node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => node = await GaiaService.StartAsync(
        Resources.Chat,
        new Dictionary<string, string>(nodes.Settings())
        {
            ["CACHE_KEY_PREFIX"] = $"{Guid.CreateVersion7():n}:",
            ["REDIS_PRICE_PER_100K"] = "100000",
            ["MACHINE_PRICES"] = "gateway=1, chat=2592000",
            ["FLY_MACHINE_ID"] = "m1",
            ["History__Interval"] = "00:00:01",
        },
        Ct);

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        administrator.Dispose();
    }

    [Fact]
    public async Task Every_command_has_a_region_or_what_else_sent_it_and_the_price_of_one()
    {
        await Eventually.PassesAsync(
            async () =>
            {
                var report = await ReadAsync("region");
                var probe = Group(report, "cache.probe");
                Assert.True(probe.GetProperty("redis_commands").GetInt64() > 0);
                Assert.Equal(probe.GetProperty("redis_commands").GetDecimal(), probe.GetProperty("cost").GetDecimal());
                Assert.Equal(JsonValueKind.Null, probe.GetProperty("running_hours").ValueKind);
                Assert.True(Group(report, "budgets").GetProperty("redis_commands").GetInt64() > 1);
            },
            ct: Ct);
    }

    [Fact]
    public async Task A_machine_costs_its_price_for_as_long_as_it_ran_also_through_a_restart_and_its_commands()
    {
        await node.TerminateAsync(Ct);
        await node.RestartAsync(Ct);

        await Eventually.PassesAsync(
            async () =>
            {
                var machine = Assert.Single((await ReadAsync("machine")).GetProperty("groups").EnumerateArray());
                Assert.Equal("chat@m1", machine.GetProperty("key").GetString());

                // A dollar a second.
                var seconds = machine.GetProperty("running_hours").GetDecimal() * 3_600;
                Assert.InRange(seconds, 1, 3_600);
                Assert.Equal(seconds, machine.GetProperty("machine_cost").GetDecimal(), 1);
                Assert.Equal(machine.GetProperty("redis_cost").GetDecimal() + machine.GetProperty("machine_cost").GetDecimal(), machine.GetProperty("cost").GetDecimal());
                Assert.True(machine.GetProperty("redis_commands").GetInt64() > 0);
            },
            ct: Ct);
    }

    [Fact]
    public async Task It_is_summed_up_only_where_it_is_asked_for_and_by_nothing_else()
    {
        Assert.Equal(JsonValueKind.Null, (await administrator.GetAsync(Cost, node)).GetProperty("infrastructure").ValueKind);
        using var unknown = await administrator.At(node).GetAsync($"{Cost}?by=weather", Ct);
        Assert.True((await Problem.ExpectAsync(unknown, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty("by", out _));
    }

    private async Task<JsonElement> ReadAsync(string by) => (await administrator.GetAsync($"{Cost}?by={by}", node)).GetProperty("infrastructure");

    private static JsonElement Group(JsonElement report, string key) => report.GetProperty("groups").EnumerateArray().Single(group => group.GetProperty("key").GetString() == key);
}
