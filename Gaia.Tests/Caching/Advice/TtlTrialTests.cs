using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Advice;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching.Advice;

public sealed class TtlTrialTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lifetime_is_tried_for_some_minutes_and_measured_beside_what_was_predicted()
    {
        var (time, region) = (new ManualTime(), Region("tried") with { Ttl = Minute });
        await using var node = await CacheHost.StartAsync(servers, options => options.Region(region), services => services.AddSingleton<TimeProvider>(time));
        var trials = node.Of<CacheAdvisor>().Trials;

        trials.Start(new(region.Name, region.Name, 60, 3_600, Minutes: 10, Predicted: 0.9, Low: 0.8, High: 1, time.GetUtcNow()));
        await AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await ReadAsync(1));
        await AdvanceAsync(Minute * 1.5);
        Assert.Equal(1, await ReadAsync(2));
        await AdvanceAsync(Minute);
        for (var read = 0; read < 3; read++)
        {
            Assert.Equal(1, await ReadAsync(2));
        }

        await AdvanceAsync(Minute * 7.6);
        var trial = Assert.Single(trials.Report());
        Assert.Equal((true, 4, 4), (trial.IsOver, trial.Hits, trial.Reads));

        // What was loaded meanwhile lives on, and what is loaded now lives as declared.
        Assert.Equal(1, await ReadAsync(2));
        await AdvanceAsync(Minute * 51);
        Assert.Equal(3, await ReadAsync(3));
        await AdvanceAsync(Minute * 1.1);
        Assert.Equal(4, await ReadAsync(4));

        // What was read meanwhile says nothing of the declared lifetime.
        Assert.Equal(3, node.Of<CacheAdvisor>().Model.Report().Regions.Single(model => model.Region == region.Name).Reads, tolerance: 0.1);

        async Task<long?> ReadAsync(long version) => (await node.ReadAsync(region, new Doc("a", version))).Value?.Version;

        async Task AdvanceAsync(TimeSpan by)
        {
            node.Of<CacheAdvisor>().Model.Advance();
            time.Advance(by);
            trials.Advance();
            await Soon.BecomesTrueAsync(() => node.Node.StalenessGuard.IsTrustedNow);
        }
    }

    [Fact]
    public async Task Tombstones_stand_for_as_long_as_a_value_of_the_trial_could_come_back()
    {
        var (time, region) = (new ManualTime(), Region("fenced") with { Ttl = Minute });
        await using var node = await CacheHost.StartAsync(servers, options => options.Region(region), services => services.AddSingleton<TimeProvider>(time));
        var state = node.Of<RegionMap>().Named(region.Name);
        Assert.Equal(Minute, state.TombstoneLife);

        node.Of<CacheAdvisor>().Trials.Start(new(region.Name, region.Name, 60, 3_600, Minutes: 1, Predicted: 0.9, Low: 0.8, High: 1, time.GetUtcNow()));

        Assert.Equal(TimeSpan.FromHours(1), state.TombstoneLife);
        time.Advance(TimeSpan.FromMinutes(30));

        // A shorter one afterwards does not end what the first has left.
        node.Of<CacheAdvisor>().Trials.Start(new(region.Name, region.Name, 60, 120, Minutes: 1, Predicted: 0.9, Low: 0.8, High: 1, time.GetUtcNow()));
        node.Of<CacheAdvisor>().Trials.Advance();
        Assert.Equal(TimeSpan.FromHours(1), state.TombstoneLife);
        time.Advance(TimeSpan.FromMinutes(32));
        node.Of<CacheAdvisor>().Trials.Advance();
        Assert.Equal(Minute, state.TombstoneLife);
    }

    [Fact]
    public async Task Advice_is_drawn_from_all_nodes_and_tried_on_all_of_them()
    {
        var region = Region("short") with { Ttl = TimeSpan.FromMilliseconds(500) };
        await using var one = await StartAsync("advised one", region);
        await using var two = await StartAsync("advised two", region);
        var tuning = one.Of<CacheTuning>();

        Recommendation advice = null!;
        await Soon.PassesAsync(async () =>
        {
            foreach (var node in new[] { one, two })
            {
                await node.ReadAsync(region, new Doc("a", 1));
                await node.ReadAsync(region, new Doc("b", 1));
            }

            var answer = (await tuning.AdviseAsync(Stop)).Advice.Regions.Single(found => found.Region == region.Name);
            Assert.True(answer.Advice is not null, answer.Why);
            Assert.InRange(answer.Advice.Predicted, answer.HitRatio!.Value, 1);
            advice = answer.Advice;
        });

        Assert.Equal(TrialOutcome.NotFound, await tuning.TryAsync("unknown", 1, Stop));
        Assert.Equal(TrialOutcome.Started, await tuning.TryAsync(advice.Id, 1, Stop));
        Assert.Equal(TrialOutcome.AlreadyRunning, await tuning.TryAsync(advice.Id, 1, Stop));
        foreach (var node in new[] { one, two })
        {
            Assert.Equal(advice.To, node.Of<RegionMap>().Named(region.Name).Trial!.Ttl.TotalSeconds);
        }

        var trial = Assert.Single((await tuning.AdviseAsync(Stop)).Trials);
        Assert.Equal((region.Name, 0.5, advice.To, advice.Predicted, false), (trial.Region, trial.From, trial.To, trial.Predicted, trial.IsOver));
    }

    private Task<CacheHost> StartAsync(string name, Region<string, Doc> region) => CacheHost.StartAsync(servers, options =>
    {
        options.NodeName = name;
        options.AdviceMinimumReads = 20;
        options.Region(region);
    });

    private static Region<string, Doc> Region(string name) => new($"advice.{name}", $"advice:{name}:") { Version = doc => doc.Version, Jitter = 0 };
}
