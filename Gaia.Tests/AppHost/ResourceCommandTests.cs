using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.AppHost;

/// <summary>The dashboard's own commands on resources. They disturb everyone who uses the graph, so they run beside no other test.</summary>
[Collection(nameof(AloneInTheGraph))]
public sealed class ResourceCommandTests(GaiaApp gaia)
{
    private const string Personas = "/api/v1/chat/personas";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flush_removes_the_keys_of_a_pattern_and_warm_personas_loads_them_again()
    {
        using var developer = gaia.Developer();
        var key = $"persona:{await ReadOnePersonaAsync(developer)}";
        await Eventually.IsTrueAsync(() => gaia.Redis().KeyExistsAsync(key), ct: Ct);

        await gaia.CommandAsync(Resources.Redis, "flush", ("pattern", "persona:*"));
        Assert.False(await gaia.Redis().KeyExistsAsync(key));

        await gaia.CommandAsync(Resources.Chat, "warm-personas");
        await Eventually.IsTrueAsync(() => gaia.Redis().KeyExistsAsync(key), ct: Ct);
    }

    [Fact]
    public async Task Redis_is_frozen_for_a_while_and_Gaia_answers_meanwhile()
    {
        using var developer = gaia.Developer();
        var id = await ReadOnePersonaAsync(developer);
        var process = await RedisProcessAsync();

        var command = gaia.CommandAsync(Resources.Redis, "freeze");
        await Eventually.IsTrueAsync(() => ProcessControl.IsFrozen(process), ct: Ct);
        await developer.GetStringAsync($"{Personas}/{id}", Ct);
        Assert.True(ProcessControl.IsFrozen(process));

        await command;
        Assert.False(ProcessControl.IsFrozen(process));
        Assert.Equal(process, await RedisProcessAsync());
    }

    private async Task<int> RedisProcessAsync()
    {
        var info = (string?)await gaia.Redis().ExecuteAsync("INFO", "server");
        return int.Parse(info!.Split("process_id:")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> ReadOnePersonaAsync(HttpClient client)
    {
        var list = await client.GetFromJsonAsync<JsonElement>(Personas, Ct);
        var id = list.GetProperty("personas")[0].GetProperty("id").GetString()!;
        await client.GetStringAsync($"{Personas}/{id}", Ct);
        return id;
    }
}
