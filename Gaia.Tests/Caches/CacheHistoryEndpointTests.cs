using System.Net;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Caches;

/// <summary>What administrators see of the last days, through a gateway that has just started.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class CacheHistoryEndpointTests(GatewayFixture fixture)
{
    private const string History = "/api/v1/admin/cache/history";

    [Theory]
    [InlineData(60, 5)]
    [InlineData(1_440, 15)]
    [InlineData(100_000, 360)]
    public async Task Reads_of_a_gateway_that_is_gone_are_in_the_step_in_which_they_were(int minutes, int step)
    {
        Dictionary<string, string> settings = new() { ["CACHE_KEY_PREFIX"] = $"{Guid.CreateVersion7():n}:" };
        await using (var gone = await fixture.StartAsync(settings))
        {
            var api = new GatewayApi(gone);
            var (_, key) = await api.CreateKeyAsync((await api.SignUpAsync()).AccessToken);
            for (var request = 0; request < 3; request++)
            {
                await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, key: key);
            }

            await gone.TerminateAsync(TestContext.Current.CancellationToken);
        }

        await using var next = await fixture.StartAsync(settings);
        var administrator = await new GatewayApi(next).SignInAsAdministratorAsync();
        var history = await new GatewayApi(next).ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{History}?minutes={minutes}", token: administrator.AccessToken);

        Assert.Equal((Math.Min(minutes, 30 * 1_440), step), (history.GetProperty("minutes").GetInt32(), history.GetProperty("step_minutes").GetInt32()));
        var keys = (
            from one in history.GetProperty("steps").EnumerateArray()
            from region in one.GetProperty("regions").EnumerateArray()
            where region.GetProperty("region").GetString() == "auth.api_key"
            select (At: one.GetProperty("at").GetDateTimeOffset(), Counted: region)).ToList();
        Assert.All(keys, counted => Assert.InRange(counted.At, DateTimeOffset.UtcNow - TimeSpan.FromMinutes(step), DateTimeOffset.UtcNow + TimeSpan.FromMinutes(step)));
        Assert.Equal((3, 2, 1), (Sum("reads"), Sum("hits"), Sum("misses")));

        long Sum(string counter) => keys.Sum(counted => counted.Counted.GetProperty(counter).GetInt64());
    }
}
