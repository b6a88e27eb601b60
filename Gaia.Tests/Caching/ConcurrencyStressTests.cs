using Gaia.Caching;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

public sealed class ConcurrencyStressTests
{
    [Theory]
    [InlineData(true, 60_000)]
    [InlineData(false, 40_000)]
    public async Task No_node_goes_back_behind_a_change_it_has_applied_and_at_rest_all_agree(bool byRow, int changes)
    {
        await using var stress = await ConcurrencyStress.StartAsync(Region(byRow));

        await stress.RunAsync(changes);

        Assert.Equal(0, stress.Stale);
        Assert.Empty(await stress.DisagreementsAsync());
        Assert.True(stress.Reads > changes, $"{stress.Reads} reads");
    }

    [Theory]
    [InlineData(typeof(BrokenFencingRules.JoinsOldLoads), true)]
    [InlineData(typeof(BrokenFencingRules.KeepsAnything), true)]
    [InlineData(typeof(BrokenFencingRules.TakesTheFenceAfterTheLoad), false)]
    [InlineData(typeof(BrokenFencingRules.IgnoresInvalidations), false)]
    [InlineData(typeof(BrokenFencingRules.AnswersWhatItMayNotKeep), true)]
    public async Task Every_broken_rule_is_noticed(Type brokenRule, bool byRow)
    {
        await using var stress = await ConcurrencyStress.StartAsync(Region(byRow), (FencingRules)Activator.CreateInstance(brokenRule)!);

        await stress.RunAsync(100_000, untilStale: true);

        Assert.NotEqual(0, stress.Stale);
    }

    /// <summary>Short lives, so that much expires meanwhile; no lock across nodes, so that more loads overlap.</summary>
    private static Region<string, Doc> Region(bool byRow) => (byRow ? Doc.ByRow : Doc.ByTimestamp) with
    {
        Ttl = TimeSpan.FromMilliseconds(400),
        LocalTtl = TimeSpan.FromMilliseconds(100),
        Jitter = 0.3,
        LoadLockTimeout = TimeSpan.Zero,
    };
}
