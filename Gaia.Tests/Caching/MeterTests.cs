using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

public sealed class MeterTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_meter_counts_by_region_what_the_design_promises_and_tells_of_log_and_memory()
    {
        var time = new ManualTime();
        var region = Doc.ByTimestamp with { Ttl = Minute, FailSafe = Minute };
        await using var node = await CacheHost.StartAsync(
            servers,
            options =>
            {
                options.MemoryLimit = 4_000;
                options.Region(region);
            },
            services => services.AddSingleton<TimeProvider>(time));
        using var meter = new Collected(node);

        // A load, two hits, a value of Redis, a change that overtakes a load, a stale answer, more than memory holds.
        await node.ReadAsync(region, new Doc("a", 1));
        await node.ReadAsync(region, "a");
        await node.ReadAsync(region, "a");
        await servers.AskRedisAsync("SET docs:b '{\"v\":0,\"e\":9999999999999,\"d\":{\"id\":\"b\",\"version\":1}}'");
        await node.ReadAsync(region, "b");
        await node.ReadAsync(region, "c", async () =>
        {
            await node.ChangeAsync(region, "c");
            return new Doc("c", 1);
        });
        time.Advance(Minute * 1.5);
        await Soon.BecomesTrueAsync(() => node.Node.StalenessGuard.IsTrustedNow);
        Assert.True((await node.ReadAsync(region, "a", () => throw new IOException("down"))).IsStale);
        for (var i = 0; i < 20; i++)
        {
            await node.ReadAsync(region, new Doc($"big{i}", 1, new string('x', 1_000)));
        }

        meter.Collect();
        Assert.Equal(2, meter["cache.hits", "docs"]);
        Assert.Equal(1, meter["cache.store_hits", "docs"]);
        Assert.Equal(24, meter["cache.misses", "docs"]);
        Assert.Equal(1, meter["cache.stale_serves", "docs"]);
        Assert.Equal(22, meter["cache.fills", "docs"]);
        Assert.Equal(1, meter["cache.load_failures", "docs"]);
        Assert.Equal(1, meter["cache.refused_fills", "docs"]);
        Assert.InRange(meter["cache.invalidations", "docs"], 1, 2);
        Assert.InRange(meter["cache.evictions", "docs"], 10, 22);
        Assert.InRange(meter["cache.redis.commands", "docs"], 60, 90);

        // Values are answered before Redis has taken them.
        await Soon.PassesAsync(() =>
        {
            meter.Collect();
            Assert.Equal(meter["cache.redis.commands", "docs"], meter.Measured("cache.redis.duration", "docs"));
            return Task.CompletedTask;
        });
        Assert.Equal(0, meter["cache.hits", "hybrid"]);
        Assert.InRange(meter["cache.memory"], 1, 8_000);
        Assert.InRange(meter["cache.slots"], 1, 24);
        Assert.Equal(0, meter["cache.unsent"]);
        Assert.Equal(1, meter["cache.redis.used"]);
        Assert.Equal(1, meter["cache.log.trusted"]);
        Assert.Equal(0, meter["cache.log.lag"]);
    }

    /// <summary>What a collector of this node's metrics gets.</summary>
    private sealed class Collected : IDisposable
    {
        private readonly ConcurrentDictionary<(string Instrument, string? Region), double> values = new();
        private readonly ConcurrentDictionary<(string Instrument, string? Region), long> measurements = new();
        private readonly MeterListener listener = new();

        public Collected(CacheHost node)
        {
            // Other tests' nodes have a meter of this name too.
            listener.InstrumentPublished = (instrument, mine) =>
            {
                if (instrument.Meter.Name is "Gaia.Caching" && instrument.Meter.Scope == node.Of<IMeterFactory>())
                {
                    mine.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            listener.Start();
        }

        public double this[string instrument, string? region = null] => values[(instrument, region)];

        public long Measured(string instrument, string region) => measurements[(instrument, region)];

        public void Collect() => listener.RecordObservableInstruments();

        public void Dispose() => listener.Dispose();

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = (instrument.Name, tags.IsEmpty ? null : (string?)tags[0].Value);
            values[name] = value;
            measurements.AddOrUpdate(name, 1, (_, before) => before + 1);
        }
    }
}
