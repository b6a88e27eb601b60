using System.Net.ServerSentEvents;
using System.Text.Json;
using Gaia.Caching.Administration;
using Gaia.Gateway.Console;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gaia.Tests.Console;

public sealed class LiveTests(GaiaApp gaia, CacheServers servers) : IClassFixture<CacheServers>
{
    private const string Live = "/api/v1/admin/live";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_with_a_heartbeat_and_counts_on_every_node_what_happens_meanwhile()
    {
        using var developer = gaia.Developer();
        using var answer = await developer.GetAsync(Live, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);

        await using var stream = await answer.Content.ReadAsStreamAsync(Stop);
        var first = true;
        await foreach (var item in SseParser.Create(stream, (_, data) => JsonElement.Parse(data)).EnumerateAsync(Stop))
        {
            if (first)
            {
                Assert.Equal("heartbeat", item.EventType);
                first = false;
                continue;
            }

            Assert.Equal("tick", item.EventType);
            await developer.GetStringAsync("/api/v1/chat/personas", Stop);
            var nodes = item.Data.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("node").GetString()).ToList();
            var reads = item.Data.GetProperty("regions").EnumerateArray().Sum(region => region.GetProperty("reads").GetInt64());
            if (reads > 0 && nodes.Count(node => node == Resources.Gateway) == GaiaApp.ReplicaCount && nodes.Count(node => node == Resources.Chat) == GaiaApp.ReplicaCount)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task All_who_watch_share_one_ticker_that_ends_with_the_last_of_them()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var ticker = new LiveTicker(node.Of<CacheCluster>(), TimeProvider.System, node.Of<IHostApplicationLifetime>(), NullLogger<LiveTicker>.Instance);
        Assert.False(ticker.IsRunning);

        var (one, two) = (ticker.WatchAsync(Stop).GetAsyncEnumerator(Stop), ticker.WatchAsync(Stop).GetAsyncEnumerator(Stop));
        Assert.True(await one.MoveNextAsync() && await two.MoveNextAsync());
        Assert.IsType<LiveHeartbeat>(one.Current.Data);
        var (first, second) = (one.MoveNextAsync().AsTask(), two.MoveNextAsync().AsTask());
        await Task.WhenAll(first, second);
        Assert.True(ticker.IsRunning);
        HashSet<DateTimeOffset> seen = [At(one)];
        await Eventually.IsTrueAsync(async () => await one.MoveNextAsync() && seen.Add(At(one)) && await two.MoveNextAsync() && seen.Contains(At(two)), ct: Stop);

        await one.DisposeAsync();
        await two.DisposeAsync();

        await Eventually.IsTrueAsync(() => !ticker.IsRunning, ct: Stop);
    }

    [Fact]
    public async Task A_tick_counts_what_was_read_since_the_one_before_and_costs_no_Redis_command()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var ticker = new LiveTicker(node.Of<CacheCluster>(), TimeProvider.System, node.Of<IHostApplicationLifetime>(), NullLogger<LiveTicker>.Instance);
        await node.ReadAsync(Doc.ByRow, new Doc("live", 1));
        await using var ticks = ticker.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await ticks.MoveNextAsync();
        await ticks.MoveNextAsync();
        Assert.Empty(((LiveTick)ticks.Current.Data).Regions);
        using var monitor = await RedisMonitor.StartAsync(servers.Redis, Stop);
        await monitor.CommandsAsync(Stop);

        for (var i = 0; i < 3; i++)
        {
            await node.ReadAsync(Doc.ByRow, "live");
        }

        var hits = 0L;
        await Eventually.IsTrueAsync(
            async () =>
            {
                await ticks.MoveNextAsync();
                return (hits += ((LiveTick)ticks.Current.Data).Regions.Where(region => region.Region == Doc.ByRow.Name).Sum(region => region.Hits)) == 3;
            },
            ct: Stop);
        Assert.DoesNotContain(await monitor.CommandsAsync(Stop), command => !command.StartsWith("\"PING\"", StringComparison.OrdinalIgnoreCase) && !command.StartsWith("\"INFO\"", StringComparison.OrdinalIgnoreCase));
    }

    private static DateTimeOffset At(IAsyncEnumerator<SseItem<object>> ticks) => ((LiveTick)ticks.Current.Data).At;
}
