using Gaia.Gateway.Limits;
using Gaia.Testing.Caching;
using Microsoft.Extensions.Options;

namespace Gaia.Tests.Limits;

public sealed class RegionUsageTests
{
    private static readonly RateLimitPolicy Policy = new("chat", 1_200, TimeSpan.FromMinutes(1));

    private readonly ManualTime time = new();

    [Fact]
    public void Other_regions_are_told_nothing_of_a_caller_who_uses_less_than_a_sixteenth() => Assert.Equal(0, ToldInAMinute(RegionsOf("home"), Policy.Limit / 20));

    [Theory]
    [InlineData(960)]
    [InlineData(1_200)]
    [InlineData(150)]
    public void All_but_a_sixteenth_of_what_a_caller_uses_is_told_however_evenly_they_use_it(int requests) =>
        Assert.InRange(ToldInAMinute(RegionsOf("home"), requests), requests - (Policy.Limit / RegionUsage.QuietShare) - 5, requests);

    [Fact]
    public void Where_there_is_one_region_nothing_is_told() => Assert.Equal(0, ToldInAMinute(RegionsOf(null), Policy.Limit));

    private RegionUsage RegionsOf(string? home) => new(time, Options.Create(new RegionOptions { Home = home }));

    private int ToldInAMinute(RegionUsage usage, int requests)
    {
        var who = new LeaseKey(Policy, Identifier.OfUser(Guid.CreateVersion7()));
        var told = 0;
        for (var i = 0; i < requests; i++)
        {
            usage.Add(who, 1);
            time.Advance(TimeSpan.FromMinutes(1) / requests);
            told += usage.Take().Sum(used => used.Requests);
        }

        return told;
    }
}
