namespace Gaia.Tests.Caching;

public sealed class CrashTests
{
    private const int Kills = 200;

    /// <summary>At once, so that no core is idle while links are slow.</summary>
    private const int Services = 4;

    [Fact]
    public async Task Whenever_a_process_is_killed_that_makes_a_change_nothing_is_old_once_another_has_started()
    {
        var crashes = (await Task.WhenAll(Enumerable.Range(0, Services).Select(_ => CrashAsync(Kills / Services)))).SelectMany(all => all).CountBy(crash => crash).ToDictionary();

        // They died at every step: otherwise the moments were not random.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", crashes.OrderBy(pair => pair.Key)));
        Assert.Equal(Enum.GetValues<CrashPoint>(), crashes.Keys.Order());
        Assert.InRange(crashes[CrashPoint.BeforeFence] + crashes[CrashPoint.BeforePublication] + crashes[CrashPoint.BeforeDeletion], Kills / 4, Kills);
    }

    private static async Task<IReadOnlyList<CrashPoint>> CrashAsync(int times)
    {
        await using var model = await SequentialConsistencyModel.StartAsync();
        var crashes = new List<CrashPoint>();
        await model.RestartAsync();
        while (crashes.Count < times)
        {
            crashes.Add(await model.CrashAsync());
            await model.RestartAsync();
        }

        return crashes;
    }
}
