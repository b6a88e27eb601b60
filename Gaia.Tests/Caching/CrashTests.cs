using System.Collections.Concurrent;

namespace Gaia.Tests.Caching;

public sealed class CrashTests
{
    private const int Kills = 40;

    /// <summary>The rarest step is met once in fifteen times.</summary>
    private const int MostKills = 8 * Kills;

    /// <summary>At once, so that no core is idle while links are slow.</summary>
    private const int Services = 4;

    private readonly ConcurrentBag<CrashPoint> crashes = [];

    [Fact]
    public async Task Whenever_a_process_is_killed_that_makes_a_change_nothing_is_old_once_another_has_started()
    {
        await Task.WhenAll(Enumerable.Range(0, Services).Select(_ => CrashAsync()));

        // They died at every step: otherwise the moments were not random.
        var counts = crashes.CountBy(crash => crash).ToDictionary();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", counts.OrderBy(pair => pair.Key)));
        Assert.Equal(Enum.GetValues<CrashPoint>(), counts.Keys.Order());
        Assert.InRange(counts[CrashPoint.BeforeFence] + counts[CrashPoint.BeforePublication] + counts[CrashPoint.BeforeDeletion], crashes.Count / 4, crashes.Count);
    }

    private bool IsEnough => crashes.Count >= MostKills || (crashes.Count >= Kills && crashes.Distinct().Count() == Enum.GetValues<CrashPoint>().Length);

    private async Task CrashAsync()
    {
        await using var model = await SequentialConsistencyModel.StartAsync();
        await model.RestartAsync();
        while (!IsEnough)
        {
            crashes.Add(await model.CrashAsync());
            await model.RestartAsync();
        }
    }
}
