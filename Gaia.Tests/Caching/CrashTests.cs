using Xunit;

namespace Gaia.Tests.Caching;

public sealed class CrashTests
{
    private const int Kills = 200;

    /// <summary>At once, so that no core is idle while links are slow.</summary>
    private const int Services = 4;

    [Fact]
    public async Task Whenever_a_process_is_killed_that_makes_a_change_nothing_is_old_once_another_has_started()
    {
        var deaths = (await Task.WhenAll(Enumerable.Range(0, Services).Select(_ => DieAsync(Kills / Services)))).SelectMany(all => all).CountBy(death => death).ToDictionary();

        // They died at every step: otherwise the moments were not random.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", deaths.OrderBy(pair => pair.Key)));
        Assert.Equal(Enum.GetValues<Death>(), deaths.Keys.Order());
        Assert.InRange(deaths[Death.BeforeFence] + deaths[Death.BeforePublication] + deaths[Death.BeforeDeletion], Kills / 4, Kills);
    }

    private static async Task<IReadOnlyList<Death>> DieAsync(int times)
    {
        await using var succession = await Succession.StartAsync();
        var deaths = new List<Death>();
        await succession.SucceedAsync();
        while (deaths.Count < times)
        {
            deaths.Add(await succession.DieAsync());
            await succession.SucceedAsync();
        }

        return deaths;
    }
}
