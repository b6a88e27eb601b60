using System.Diagnostics.Metrics;
using System.Text.Json;
using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Consistency;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NATS.Client.Core;

namespace Gaia.Tests.Caching;

/// <summary>What the audit finds, and what it leaves alone.</summary>
public sealed class ConsistencyAuditTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(BrokenFencingRules.JoinsOldLoads), true)]
    [InlineData(typeof(BrokenFencingRules.KeepsAnything), true)]
    [InlineData(typeof(BrokenFencingRules.TakesTheFenceAfterTheLoad), false)]
    [InlineData(typeof(BrokenFencingRules.IgnoresInvalidations), false)]
    [InlineData(typeof(BrokenFencingRules.AnswersWhatItMayNotKeep), true)]
    public async Task A_node_with_a_broken_rule_is_found_and_healed(Type brokenRule, bool byRow)
    {
        await using var auditor = await AuditedNode.StartAsync(servers);
        await using var broken = await AuditedNode.StartAsync(
            servers,
            options => (options.NodeName, options.IsAuditOn) = ("broken", false),
            (FencingRules)Activator.CreateInstance(brokenRule)!);
        var (region, id) = (byRow ? Doc.ByRow : Doc.ByTimestamp, brokenRule.Name);
        await auditor.ChangeAsync(id, Stop);
        await broken.CatchUpAsync();
        await using var news = await ListenAsync();

        // The source is read before the change, and the load ends after it.
        var (began, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = broken.ReadAsync(region, id, async () =>
        {
            began.SetResult();
            await end.Task;
            return new Doc(id, 1);
        });
        await began.Task;
        await auditor.ChangeAsync(id, Stop);
        await broken.CatchUpAsync();
        if (brokenRule != typeof(BrokenFencingRules.JoinsOldLoads))
        {
            end.SetResult();
            await first;
            Assert.Equal(1, (await broken.ReadAsync(region, id)).Value!.Version);
        }

        var joined = broken.ReadAsync(region, id);
        ConsistencyViolation found = null!;
        await Soon.PassesAsync(async () => found = (await auditor.ViolationsAsync()).First(violation => violation.Key == region.Key(id) && violation.Service == "broken"));

        Assert.Equal((region.Name, true), (found.Region, found.LogTrusted));
        Assert.InRange(found.OldFor, AuditedNode.Bound.TotalSeconds, double.MaxValue);
        Assert.Contains(found.Entries, entry => entry.Version > found.HeldVersion || found.HeldVersion is null || brokenRule == typeof(BrokenFencingRules.TakesTheFenceAfterTheLoad));
        Assert.Equal(found.Key, JsonElement.Parse((await news.Msgs.ReadAsync(Stop)).Data!).GetProperty("key").GetString());
        Assert.Contains(auditor.Log.Warnings, line => line.Contains(found.Key, StringComparison.Ordinal));

        end.TrySetResult();
        await first;
        Assert.Equal(1, (await joined).Value!.Version);
        await Soon.PassesAsync(async () => Assert.Equal(2, (await broken.Docs(region).GetAsync(id, Stop)).Value!.Version));
    }

    [Fact]
    public async Task A_change_that_nobody_announced_is_found_among_the_keys_that_nodes_hold()
    {
        await using var node = await AuditedNode.StartAsync(servers);
        foreach (var region in (Region<string, Doc>[])[Doc.ByRow, Doc.ByTimestamp])
        {
            var id = $"unannounced {region.Name}";
            await node.ChangeAsync(id, Stop);
            Assert.Equal(1, (await node.Docs(region).GetAsync(id, Stop)).Value!.Version);

            await ChangeSilentlyAsync(id);

            await Soon.PassesAsync(async () => Assert.Contains(await node.ViolationsAsync(), found => found.Key == region.Key(id) && found.Service == AuditedNode.Service));
            await Soon.PassesAsync(async () => Assert.Equal(2, (await node.Docs(region).GetAsync(id, Stop)).Value!.Version));
        }
    }

    [Fact]
    public async Task A_deleted_row_that_a_node_still_has_is_found()
    {
        await using var node = await AuditedNode.StartAsync(servers);
        await node.ChangeAsync("deleted", Stop);
        await node.Docs(Doc.ByRow).GetAsync("deleted", Stop);

        await using (var db = servers.Open())
        {
            await db.Docs.Where(doc => doc.Id == "deleted").ExecuteDeleteAsync(Stop);
        }

        await Soon.PassesAsync(async () => Assert.Contains(await node.ViolationsAsync(), found => found.Key == Doc.ByRow.Key("deleted")));
        Assert.Null((await node.Docs(Doc.ByRow).GetAsync("deleted", Stop)).Value);
    }

    [Fact]
    public async Task An_old_value_in_Redis_that_nodes_would_take_is_found()
    {
        await using var node = await AuditedNode.StartAsync(servers, options => options.NodeName = "without documents");
        await node.ChangeAsync("planted", Stop);
        await node.CatchUpAsync();

        // As a broken writer would leave it: the content is old, the version is not.
        var fence = node.Node.Keys.Find(Doc.ByTimestamp.Key("planted"))!.Fence;
        await servers.Cache.AskRedisAsync($$$"""SET docs:planted '{"v":{{{fence}}},"e":9999999999999,"d":{"id":"planted","version":0,"text":""}}'""");

        await Soon.PassesAsync(async () => Assert.Contains(await node.ViolationsAsync(), found => found is { Key: "docs:planted", Service: "redis", Instance: null }));
        await Soon.PassesAsync(async () => Assert.DoesNotContain("\"d\":", await servers.Cache.AskRedisAsync("GET docs:planted"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_old_value_in_Redis_that_every_node_refuses_is_left_alone()
    {
        await using var node = await AuditedNode.StartAsync(servers);
        await node.ChangeAsync("refused", Stop);
        await node.ChangeAsync("refused", Stop);
        await node.CatchUpAsync();
        await servers.Cache.AskRedisAsync("""SET doc:refused '{"v":1,"e":9999999999999,"d":{"id":"refused","version":1,"text":""}}'""");
        await node.Docs(Doc.ByTimestamp).GetAsync("refused", Stop);

        await ChecksGrowAsync(node, 20);

        Assert.Empty(await node.ViolationsAsync());
    }

    [Fact]
    public async Task A_look_leaves_no_trace_in_memory_and_asks_Redis_for_nothing_that_has_not_changed()
    {
        await using var node = await AuditedNode.StartAsync(servers, options => options.AuditRedisShare = 0.5);
        await node.ChangeAsync("untouched", Stop);
        await node.Docs(Doc.ByRow).GetAsync("untouched", Stop);
        await node.Docs(Doc.ByTimestamp).GetAsync("untouched", Stop);
        await ChecksGrowAsync(node, 1);
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));
        var keyState = node.Node.Keys.Find(Doc.ByRow.Key("untouched"))!;
        keyState.WasReadRecently = false;
        var before = (keyState.HitCount, keyState.Fence, keyState.Statistics.Hits.Value, keyState.Statistics.Misses.Value, keyState.Entry);

        // As soon as the last look at the change has been taken, which may ask Redis.
        await Soon.PassesAsync(
            async () =>
            {
                await servers.Cache.CommandsAsync();
                await ChecksGrowAsync(node, 20);
                Assert.DoesNotContain("get", await servers.Cache.CommandsAsync());
            });

        Assert.Equal(before, (keyState.HitCount, keyState.Fence, keyState.Statistics.Hits.Value, keyState.Statistics.Misses.Value, keyState.Entry));
        Assert.False(keyState.WasReadRecently);
    }

    [Fact]
    public async Task Checks_and_violations_are_metrics_by_region_and_delay()
    {
        await using var node = await AuditedNode.StartAsync(servers);
        await node.ChangeAsync("measured", Stop);
        await node.Docs(Doc.ByRow).GetAsync("measured", Stop);
        await ChangeSilentlyAsync("measured");
        await Soon.PassesAsync(async () => Assert.NotEmpty(await node.ViolationsAsync()));

        Dictionary<string, long> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == node.Services.GetRequiredService<IMeterFactory>() && instrument.Name.StartsWith("gaia.audit.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Assert.Equal(["region", "after"], tags.ToArray().Select(tag => tag.Key));
            seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value;
        });
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.True(seen["gaia.audit.checks"] > 0);
        Assert.True(seen["gaia.audit.violations"] > 0);
    }

    [Fact]
    public async Task Without_the_audit_nobody_reports()
    {
        await using var node = await AuditedNode.StartAsync(servers, options => options.IsAuditOn = false);

        Assert.Empty(await node.AuditsAsync());
    }

    private static Task ChecksGrowAsync(CacheHost node, int by) => GrowAsync(node.ChecksAsync, by);

    private static async Task GrowAsync(Func<Task<long>> read, int by)
    {
        var goal = await read() + by;
        await Soon.PassesAsync(async () => Assert.InRange(await read(), goal, long.MaxValue));
    }

    private async Task ChangeSilentlyAsync(string id)
    {
        await using var db = servers.Open();
        await db.Docs.Where(doc => doc.Id == id).ExecuteUpdateAsync(doc => doc.SetProperty(row => row.Version, row => row.Version + 1), Stop);
    }

    private async Task<News> ListenAsync()
    {
        var nats = new NatsConnection(new NatsOpts { Url = servers.Cache.Nats.Url });
        return new(nats, await nats.SubscribeCoreAsync(ViolationReporter.Subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Stop));
    }

    private sealed record News(NatsConnection Nats, INatsSub<byte[]> Subscription) : IAsyncDisposable
    {
        public System.Threading.Channels.ChannelReader<NatsMsg<byte[]>> Msgs => Subscription.Msgs;

        public async ValueTask DisposeAsync()
        {
            await Subscription.DisposeAsync();
            await Nats.DisposeAsync();
        }
    }
}
