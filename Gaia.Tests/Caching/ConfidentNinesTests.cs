using Gaia.Caching.Administration;

namespace Gaia.Tests.Caching;

public sealed class ConfidentNinesTests
{
    [Theory]
    [InlineData(3_000_000, 0, 6.0)]
    [InlineData(300, 0, 2.0)]
    [InlineData(1_000_000, 1, 5.32)] // At most 4.74 are expected of whom 1 was seen.
    [InlineData(1_000_000, 10, 4.77)] // 16.96 of whom 10 were.
    [InlineData(10, 10, 0)]
    public void So_many_failures_in_so_many_trials_are_so_many_nines(long trials, long failures, double nines) =>
        Assert.Equal(nines, ConfidentNines.AtLeast(trials, failures)!.Value, 0.02);

    [Fact]
    public void Nothing_tried_says_nothing() => Assert.Null(ConfidentNines.AtLeast(0, 0));

    [Fact]
    public void Six_nines_take_three_million_trials() => Assert.Equal(6, ConfidentNines.AtLeast((long)Math.Ceiling(ConfidentNines.TrialsFor(6)), 0)!.Value, 0.001);
}
