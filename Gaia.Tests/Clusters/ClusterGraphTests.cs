using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Clusters;

/// <summary>What only several primaries can get wrong.</summary>
[Collection(nameof(GaiaOnCluster))]
public sealed class ClusterGraphTests(GaiaOnCluster gaia)
{
    private const string Admin = "/api/v1/admin/cache";
    private const string Personas = "/api/v1/chat/personas";
    private const int Many = 60;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listing_a_count_and_a_flush_find_the_keys_of_all_primaries()
    {
        using var developer = gaia.Developer();
        var name = $"probe:{Guid.CreateVersion7()}";
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => gaia.Redis().StringSetAsync($"{name}:{i}", "1", TimeSpan.FromMinutes(5))));
        Assert.All(await Task.WhenAll(gaia.Cluster.Primaries.Select(SizeAsync)), size => Assert.True(size > 0));

        var page = await developer.GetFromJsonAsync<JsonElement>($"{Admin}/keys?pattern={name}:*&limit=1000", Ct);
        Assert.Equal(Many, page.GetProperty("keys").GetArrayLength());
        Assert.Equal(Many, (await FlushAsync(developer, new { pattern = $"{name}:*", dry_run = true })).GetProperty("matched").GetInt32());
        Assert.Equal(Many, (await FlushAsync(developer, new { pattern = $"{name}:*" })).GetProperty("removed").GetInt32());

        Assert.Equal(0, (await FlushAsync(developer, new { pattern = $"{name}:*", dry_run = true })).GetProperty("matched").GetInt32());
    }

    [Fact]
    public async Task A_request_that_is_repeated_is_processed_once_wherever_its_key_lies()
    {
        using var developer = gaia.Developer();
        foreach (var key in Enumerable.Range(0, 12).Select(_ => Guid.CreateVersion7()))
        {
            var first = await ClusterLoad.AddAsync(developer, key, Ct);
            Assert.Equal(first, await ClusterLoad.AddAsync(developer, key, Ct));
        }
    }

    [Fact]
    public async Task Published_keys_come_from_the_output_cache()
    {
        using var anyone = gaia.Gateway();

        var first = await anyone.GetStringAsync("/.well-known/jwks.json", Ct);

        Assert.Equal(first, await anyone.GetStringAsync("/.well-known/jwks.json", Ct));
        await Eventually.PassesAsync(async () => Assert.Contains(await KeysAsync(), key => key.Contains("JWKS.JSON", StringComparison.OrdinalIgnoreCase)), ct: Ct);
    }

    [Theory]
    [InlineData("frozen")]
    [InlineData("killed")]
    public async Task Nobody_notices_that_a_primary_is(string fault)
    {
        using var developer = gaia.Developer();
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is ("healthy", 3, 3), Deadline, Ct);
        await using var load = await ClusterLoad.StartAsync(gaia, Ct);
        var victim = (await PrimariesAsync())[0];
        await gaia.Cluster.SetFailoverAsync(allowed: false, victim, Ct);
        await (fault is "frozen" ? victim.FreezeAsync(Ct) : victim.KillAsync(Ct));
        try
        {
            await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is ("degraded", 2, 3), Deadline, Ct);
            await load.ManyAnswersAsync(Ct);
        }
        finally
        {
            await gaia.Cluster.SetFailoverAsync(allowed: true, victim, Ct);
        }

        // Its replica takes over, and then it comes back as that one's replica.
        try
        {
            await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is ("healthy", 3, 3), Deadline, Ct);
        }
        finally
        {
            await (fault is "frozen" ? victim.ThawAsync(Ct) : victim.RestartAsync(Ct));
        }

        await Eventually.IsTrueAsync(async () => (await victim.CommandAsync("INFO replication", Ct)).Contains("master_link_status:up", StringComparison.Ordinal), Deadline, Ct);
        await load.ManyAnswersAsync(Ct);
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is ("healthy", 3, 3), Deadline, Ct);
        Assert.Empty(await load.EndAsync());
    }

    [Fact]
    public async Task Nobody_notices_that_slots_move_from_one_primary_to_another()
    {
        using var developer = gaia.Developer();
        await Eventually.IsTrueAsync(async () => await HealthAsync(developer) is ("healthy", 3, 3), Deadline, Ct);
        await using var load = await ClusterLoad.StartAsync(gaia, Ct);
        var primaries = await PrimariesAsync();

        await gaia.Cluster.MoveSlotsAsync(primaries[0], primaries[1], 1_000, Ct);
        await load.ManyAnswersAsync(Ct);
        await gaia.Cluster.MoveSlotsAsync(primaries[1], primaries[0], 1_000, Ct);
        await load.ManyAnswersAsync(Ct);

        Assert.Empty(await load.EndAsync());
        Assert.Equal(("healthy", 3, 3), await HealthAsync(developer));
    }

    private static async Task<JsonElement> FlushAsync(HttpClient client, object wish)
    {
        using var answer = await client.PostAsJsonAsync($"{Admin}/flush", wish, Ct);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<(string? Status, int Connected, int Total)> HealthAsync(HttpClient client)
    {
        var health = await client.GetFromJsonAsync<JsonElement>("/health", Ct);
        var primaries = health.GetProperty("redis").GetProperty("primaries");
        return (health.GetProperty("status").GetString(), primaries.GetProperty("connected").GetInt32(), primaries.GetProperty("total").GetInt32());
    }

    private static async Task<long> SizeAsync(RedisServer server) => long.Parse(await server.CommandAsync("DBSIZE", Ct), CultureInfo.InvariantCulture);

    /// <summary>After a failover any of the six may be one.</summary>
    private async Task<List<RedisServer>> PrimariesAsync()
    {
        List<RedisServer> primaries = [];
        foreach (var server in gaia.Cluster.Primaries.Concat(gaia.Cluster.Replicas))
        {
            if ((await server.CommandAsync("INFO replication", Ct)).Contains("role:master", StringComparison.Ordinal))
            {
                primaries.Add(server);
            }
        }

        return primaries;
    }

    private async Task<List<string>> KeysAsync()
    {
        List<string> keys = [];
        foreach (var server in gaia.Redis().Multiplexer.GetServers().Where(server => server.IsConnected && !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync().WithCancellation(Ct))
            {
                keys.Add(key.ToString());
            }
        }

        return keys;
    }
}
