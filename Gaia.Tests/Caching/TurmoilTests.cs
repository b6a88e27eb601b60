using Gaia.Caching;
using Xunit;

namespace Gaia.Tests.Caching;

public sealed class TurmoilTests
{
    [Theory]
    [InlineData(true, 60_000)]
    [InlineData(false, 40_000)]
    public async Task No_node_goes_back_behind_a_change_it_has_applied_and_at_rest_all_agree(bool byRow, int changes)
    {
        await using var turmoil = await Turmoil.StartAsync(Region(byRow));

        await turmoil.RunAsync(changes);

        Assert.Equal(0, turmoil.Stale);
        Assert.Empty(await turmoil.DisagreementsAsync());
        Assert.True(turmoil.Reads > changes, $"{turmoil.Reads} reads");
    }

    [Theory]
    [InlineData(typeof(Mutants.JoinsOldFlights), true)]
    [InlineData(typeof(Mutants.KeepsAnything), true)]
    [InlineData(typeof(Mutants.TakesTheFenceAfterTheLoad), false)]
    [InlineData(typeof(Mutants.IgnoresTurns), false)]
    [InlineData(typeof(Mutants.AnswersWhatItMayNotKeep), true)]
    public async Task Every_broken_rule_is_noticed(Type mutant, bool byRow)
    {
        await using var turmoil = await Turmoil.StartAsync(Region(byRow), (FencingRules)Activator.CreateInstance(mutant)!);

        await turmoil.RunAsync(100_000, untilStale: true);

        Assert.NotEqual(0, turmoil.Stale);
    }

    /// <summary>Short lives, so that much expires meanwhile; no lock across nodes, so that more loads overlap.</summary>
    private static Region<string, Doc> Region(bool byRow) => (byRow ? Doc.ByRow : Doc.ByStamp) with
    {
        Ttl = TimeSpan.FromMilliseconds(400),
        LocalTtl = TimeSpan.FromMilliseconds(100),
        Jitter = 0.3,
        ClusterLease = TimeSpan.Zero,
    };
}
